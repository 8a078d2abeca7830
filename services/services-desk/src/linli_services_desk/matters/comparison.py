"""Two versions of a matter side by side: what was added, taken away, changed or moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Kind = Literal["added", "removed", "changed", "moved"]
FACTS = (
    "name", "name_en", "category", "type", "department", "level", "service_object", "handling", "conditions",
    "procedure", "visits", "place", "hours", "result", "cross_area", "online_depth", "entrusted", "legal_basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """`title` names a field, a material or a step in words; for the rest the key says it."""

    part: str
    key: str
    kind: Kind
    title: str
    before: Any
    after: Any


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the differences in the order of the screen: facts, limits, fee, form, materials, steps."""
    return [
        *_facts("facts", {key: before.get(key) for key in FACTS}, {key: after.get(key) for key in FACTS}),
        *_facts("limits", before["limits"], after["limits"]),
        *_facts("fee", before["fee"], after["fee"]),
        *_things("form", _fields(before), _fields(after), "title"),
        *_things("materials", _by("id", before["materials"]), _by("id", after["materials"]), "name"),
        *_things("steps", _by("key", before["steps"]), _by("key", after["steps"]), "name"),
    ]


def _facts(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        # What was never said and what says nothing are the same.
        if old != new and (old or new):
            kind: Kind = "changed" if old and new else "removed" if old else "added"
            yield Change(part, key, kind, "", old, new)


def _things(
    part: str, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], name: str
) -> Iterator[Change]:
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        title = str((new or old or {}).get(name, key))
        if old is None:
            yield Change(part, key, "added", title, None, new)
        elif new is None:
            yield Change(part, key, "removed", title, old, None)
        elif old != new:
            yield Change(part, key, "changed", title, *_differing(old, new))
        elif key in moved:
            yield Change(part, key, "moved", title, list(before).index(key) + 1, list(after).index(key) + 1)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def _moved(before: list[str], after: list[str]) -> set[str]:
    stayed = {
        key
        for block in SequenceMatcher(a=before, b=after, autojunk=False).get_matching_blocks()
        for key in before[block.a : block.a + block.size]
    }
    return set(before) - stayed


def _fields(definition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    schema = definition["form_schema"]
    required = set(schema.get("required", ()))
    order = [key for key in definition["form_order"] if key in schema["properties"]]
    return {key: {**schema["properties"][key], "required": key in required} for key in order}


def _by(key: str, items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item[key]: item for item in items}
