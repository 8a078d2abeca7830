"""What counts as asked twice. This page is the whole definition.

MATERIAL    a paper is demanded (its original, a photograph, a promise to bring it, an item of a supplement notice) although a
            valid paper of that kind of that person is on file from another case.
FIELD       a form field is typed by hand with the very value that the registry holds for this person; found when the case is
            opened, or when a case begun without the registry is linked to it. Another value is a correction and does not count.
SUPPLEMENT  a supplement notice names a material that the case has, or a field whose value is there and fits the form.

One thing counts once in a case, in each supplement notice once more.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linli_services_desk.materials.domain import MaterialState


class Kind(StrEnum):
    MATERIAL = "material"
    FIELD = "field"
    SUPPLEMENT = "supplement"


# Ways of having a material for which somebody must bring it.
DEMANDING = frozenset({MaterialState.ORIGINAL_CHECKED, MaterialState.UPLOADED, MaterialState.DEFERRED})
GIVEN = frozenset({MaterialState.ORIGINAL_CHECKED, MaterialState.UPLOADED, MaterialState.REUSED})


@dataclass(frozen=True, slots=True)
class Repetition:
    """`subject` is a material's or a field's key; `notice` the number of the supplement notice, 0 outside one."""

    kind: Kind
    subject: str
    name: str
    notice: int = 0


def typed_again(properties: Mapping[str, Any], typed: Mapping[str, Any], known: Mapping[str, Any]) -> list[Repetition]:
    """Fields typed by hand whose value the registry holds, one for each value of it. `known` is by field of the form."""
    found: dict[str, Repetition] = {}
    for field, value in typed.items():
        if value is not None and field in properties and field in known and _same(value, known[field]):
            facts = properties[field]
            found.setdefault(facts.get("x-prefill", field), Repetition(Kind.FIELD, field, facts["title"]))
    return list(found.values())


def named_again(
    items: Iterable[Mapping[str, Any]],
    materials: Mapping[str, Mapping[str, Any]],
    states: Mapping[str, str],
    fitting: Collection[str],
    on_file: Collection[str],
    notice: int,
) -> list[Repetition]:
    """Items of a supplement notice that were given. `fitting` are the fields with a fitting value, `on_file` kinds of papers."""
    found = {}
    for item in items:
        material, field = item.get("material_id"), item.get("field")
        if material and states.get(material) in GIVEN:
            found[material] = Repetition(Kind.SUPPLEMENT, material, item["name"], notice)
        elif material and materials[material].get("paper") in on_file:
            found[material] = Repetition(Kind.MATERIAL, material, item["name"], notice)
        elif field and field in fitting:
            found[field] = Repetition(Kind.SUPPLEMENT, field, item["name"], notice)
    return list(found.values())


def _same(typed: object, known: object) -> bool:
    if isinstance(typed, str) and isinstance(known, str):
        return "".join(typed.split()).casefold() == "".join(known.split()).casefold()
    return typed == known
