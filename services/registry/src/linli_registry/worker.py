"""Who hears of the registry's events, and its long work. The kernel runs the relay and the jobs."""

from linli_kernel.relay import Target
from linli_kernel.settings import ServiceSettings

from linli_registry.duplicates.scanning import SCAN_KIND

JOB_KINDS = (SCAN_KIND,)


def targets(settings: ServiceSettings) -> tuple[Target, ...]:
    return (
        Target("supervision", settings.supervision_url, ("cn.linli.",)),
        Target("desk", settings.desk_url, ("cn.linli.registry.",)),
    )
