"""Who hears of the registry's events, its long work, and what runs beside the requests."""

from linli_kernel import reencryption
from linli_kernel.app import Linli
from linli_kernel.relay import Target
from linli_kernel.settings import ServiceSettings

from linli_registry.divisions import succession
from linli_registry.duplicates.scanning import SCAN_KIND
from linli_registry.exports.jobs import JOB_KINDS as EXPORT_JOBS
from linli_registry.imports.jobs import JOB_KINDS as IMPORT_JOBS
from linli_registry.sealed import SEALED
from linli_registry.statistics.counting import keep_counting
from linli_registry.transfers.mover import Mover

JOB_KINDS = (SCAN_KIND, *IMPORT_JOBS, *EXPORT_JOBS, reencryption.job_kind(SEALED))


def targets(settings: ServiceSettings) -> tuple[Target, ...]:
    return (
        Target("supervision", settings.supervision_url, ("cn.linli.",), keeps_count=True),
        Target("desk", settings.desk_url, ("cn.linli.registry.",)),
    )


async def start(linli: Linli) -> None:
    linli.extra["succession"] = await succession.load(linli.database)
    linli.extra["transfers"] = Mover(linli)


async def move_transfers(linli: Linli) -> None:
    mover: Mover = linli.extra["transfers"]
    await mover.run()


LOOPS = (move_transfers, keep_counting, succession.follow)
