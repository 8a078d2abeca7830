"""What reviewers see: pairs, two people side by side, merges; masked like everything else."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_registry.duplicates.fields import CHOSEN, Values
from linli_registry.metadata import Row
from linli_registry.residents.display import Display
from linli_registry.residents.keys import ENCRYPTED

# The rest of what is compared; these follow from the household that counts.
_BESIDE = ("division", "household_number", "relation", "address", "death_date", "confirmed_at")
_SHOWN = {
    "identity_number": "identity_masked",
    "phone": "phone_masked",
    "bank_account": "bank_account_masked",
    "division": "division_name",
    "hukou_division": "hukou_division_name",
    "ethnic_group": "ethnic_group_name",
    "education": "education_name",
    "marriage": "marriage_name",
    "political_status": "political_status_name",
    "relation": "relation_name",
}


def pair(row: Row, people: Mapping[UUID, Row], display: Display) -> dict[str, Any]:
    made = {name: row[name] for name in ("score", "reasons", "state", "source", "decision_reason", "version")}
    made |= {"id": str(row["id"]), "found_at": row["found_at"].isoformat()}
    made["decided_at"] = None if row["decided_at"] is None else row["decided_at"].isoformat()
    made["decided_by"] = None if row["decided_by"] is None else str(row["decided_by"])
    return made | {side: display.brief(people[row[side]]) for side in ("a", "b")}


def comparison(found: dict[str, Any] | None, a: Row, b: Row, display: Display, values: Values) -> dict[str, Any]:
    one, other = display.full(a), display.full(b)
    differences = []
    for field in (*CHOSEN, *_BESIDE):
        shown = _SHOWN.get(field, field)
        same = values.of(a, field) == values.of(b, field) if field in ENCRYPTED else a[field] == b[field]
        # A hidden value is not compared aloud either.
        hidden = field in ("name", "birth_date") and (one["masked"] or other["masked"])
        made = {"field": field, "a": one[shown], "b": other[shown], "same": same and not hidden}
        differences.append(made | {"mergeable": field in CHOSEN})
    return {"pair": found, "a": one, "b": other, "differences": differences}


def merge(row: Row, hidden: bool) -> dict[str, Any]:
    made = {name: row[name] for name in ("division", "reason", "undo_reason")}
    made |= {"id": str(row["id"]), "kept_id": str(row["kept"]), "absorbed_id": str(row["absorbed"])}
    made |= {"at": row["at"].isoformat(), "actor": str(row["actor"])}
    made["fields"] = dict.fromkeys(row["fields"], "changed") if hidden else row["fields"]
    made["undone_at"] = None if row["undone_at"] is None else row["undone_at"].isoformat()
    made["undone_by"] = None if row["undone_by"] is None else str(row["undone_by"])
    return made
