"""What a run prints: figures line by line, and at the end every bar with met or missed."""

from collections.abc import Sequence
from dataclasses import dataclass

from linli_launcher.bench import cpu
from linli_launcher.bench.load import Figures


@dataclass(frozen=True)
class Bar:
    """A value that was measured against the one that is wanted; `met` is None when it could not be measured."""

    name: str
    measured: str
    wanted: str
    met: bool | None

    def __str__(self) -> str:
        verdict = {True: "met", False: "MISSED", None: "not measured"}[self.met]
        return f"  {verdict:<13} {self.name:<44} {self.measured}  (wanted {self.wanted})"


def at_least(name: str, value: float, wanted: float, unit: str) -> Bar:
    return Bar(name, f"{value:,.0f}{unit}", f"≥ {wanted:,.0f}{unit}", value >= wanted)


def at_most(name: str, value: float, wanted: float, unit: str) -> Bar:
    return Bar(name, f"{value:.2f}{unit}", f"≤ {wanted:g}{unit}", value <= wanted)


def not_measured(name: str, wanted: str, reason: str) -> Bar:
    return Bar(name, reason, wanted, None)


@dataclass(frozen=True)
class Compared:
    """One scenario: through the gateway, in the bare application, and by asyncpg alone."""

    through: Figures
    bare: Figures | None = None
    direct: Figures | None = None

    def lines(self) -> list[str]:
        lines = [line("through the gateway", self.through)]
        if self.bare is not None:
            lines.append(line("bare ASGI, same statements", self.bare))
        if self.direct is not None:
            lines.append(line("asyncpg alone", self.direct))
        lines.append(f"    gateway's own share of the processor time {cpu.share(self.through, 'gateway'):.0%}")
        if self.bare is not None:
            ratio = self.through.per_cpu_second / self.bare.per_cpu_second
            lines.append(
                f"    of bare ASGI: {self.through.per_second / self.bare.per_second:.0%}, per core {ratio:.0%}"
            )
        if self.direct is not None:
            lines.append(f"    of asyncpg alone: {self.through.per_second / self.direct.per_second:.0%}")
        return lines


def line(name: str, figures: Figures) -> str:
    percentiles = f"p50 {figures.percentile_ms(50):6.1f} ms  p99 {figures.percentile_ms(99):6.1f} ms"
    per_core = f"{figures.per_cpu_second:7.0f} per core-second" if figures.cpu_seconds else ""
    return f"    {name:<28}{figures.per_second:8.0f} requests/s  {percentiles}  {per_core}".rstrip()


def show(name: str, lines: Sequence[str]) -> None:
    print("\n".join([name, *lines]), flush=True)


def show_bars(bars: Sequence[Bar]) -> None:
    show("bars", [str(bar) for bar in bars])
