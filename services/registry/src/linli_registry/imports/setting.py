"""What is the same for every row of an import, and how villages are named in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from linli_kernel.identity import Viewer

from linli_registry.imports.rows import Row
from linli_registry.residents.keys import ResidentKeys


@dataclass(frozen=True)
class Setting:
    """What is the same for every row of an import."""

    viewer: Viewer
    keys: ResidentKeys
    today: date
    since: date
    division: str
    villages: Mapping[str, str]

    def village_of(self, row: Row) -> str | None:
        """Return the code of the row's village, or None when it is unknown or outside the area."""
        if row.division:
            word = row.division.replace(" ", "")
            return self.villages.get(word) or self.villages.get(short_name(word))
        return self.division if len(self.division) == 12 else None


_ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")


def short_name(village: str) -> str:
    """花坪村民委员会 → 花坪; 古桥社区居委会 → 古桥."""
    for ending in _ENDINGS:
        village = village.removesuffix(ending) or village
    return village


def spellings(words: Iterable[str]) -> set[str]:
    """Return every whole name whose short name is that of one of `words`."""
    found = {word.replace(" ", "") for word in words}
    short = {short_name(word) for word in found}
    within = {"", *_ENDINGS, *(f"{inner}{outer}" for inner in ("社区", "村") for outer in _ENDINGS)}
    return found | {name + ending for name in short for ending in within}
