"""Who hears of the registry's events. The kernel runs the relay; the registry has no jobs of its own yet."""

from linli_kernel.relay import Target
from linli_kernel.settings import ServiceSettings


def targets(settings: ServiceSettings) -> tuple[Target, ...]:
    return (
        Target("supervision", settings.supervision_url, ("cn.linli.",)),
        Target("desk", settings.desk_url, ("cn.linli.registry.",)),
    )
