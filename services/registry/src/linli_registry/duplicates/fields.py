"""Which fields of a merge come from which record, and how they go back.

A field that only the absorbed record has comes along by itself. On undo a field that still holds what the merge gave it
becomes again what it was; one that was edited since keeps the edit, and the absorbed record has its own as it was.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.codes import identity
from linli_kernel.codes.errors import CodeError
from linli_kernel.errors import FieldErrors

from linli_registry.metadata import Row
from linli_registry.residents.keys import ENCRYPTED, ResidentKeys
from linli_registry.residents.names import grams_of, pinyin_of

PLAIN = (
    "name",
    "document_kind",
    "sex",
    "birth_date",
    "ethnic_group",
    "education",
    "marriage",
    "political_status",
    "hukou_division",
    "presence",
)
CHOSEN = (*PLAIN, *ENCRYPTED)
# They follow the household that counts, not a choice.
PLACE = ("division", "grid")
_UNKNOWN = (None, "", "0", "9", "none", "90")
_DATES = frozenset({"birth_date"})
_PLACE_IN_MERGE = "resident_merge"


class Values:
    """Opens the three places where numbers of a merge rest."""

    def __init__(self, keys: ResidentKeys, ring: Any, tenant: str) -> None:
        self.keys, self._ring, self._tenant = keys, ring, tenant

    def of(self, row: Row, field: str) -> Any:
        return self.keys.open(field, row[field], row["id"]) if field in ENCRYPTED else row[field]

    def keep(self, field: str, value: str | None, merge: UUID) -> bytes | None:
        if value is None:
            return None
        stored: bytes = self._ring.encrypt(
            value, tenant=self._tenant, table=_PLACE_IN_MERGE, column=field, row=str(merge)
        )
        return stored

    def kept(self, merge: Row, field: str) -> str | None:
        if merge[field] is None:
            return None
        value: str = self._ring.decrypt(
            merge[field], tenant=self._tenant, table=_PLACE_IN_MERGE, column=field, row=str(merge["id"])
        )
        return value


def chosen(values: Values, kept: Row, absorbed: Row, from_absorbed: frozenset[str], place: Row) -> dict[str, Any]:
    """Return the fields of the kept record that change, as plain values."""
    made: dict[str, Any] = {}
    for field in CHOSEN:
        mine, other = values.of(kept, field), values.of(absorbed, field)
        missing = mine in _UNKNOWN and other not in _UNKNOWN
        if field == "document_kind" and "identity_number" not in from_absorbed | set(made):
            missing = mine == "none" and kept["identity_number"] is None and absorbed["identity_number"] is not None
        if (field in from_absorbed or missing) and mine != other:
            made[field] = other
    if made.get("identity_number") or "identity_number" in from_absorbed:
        made["document_kind"] = absorbed["document_kind"]
    made |= {field: place[field] for field in PLACE if place[field] != kept[field]}
    return {field: value for field, value in made.items() if value != values.of(kept, field)}


def check(result: Mapping[str, Any], today: date) -> None:
    """Refuse a person whose number says another birth date or sex than the record."""
    faults, number = FieldErrors(), result.get("identity_number")
    if not number:
        return
    try:
        found = identity.parse(number, today=today)
    except CodeError:
        # A number that was accepted before is not judged again here.
        return
    for field, derived in (("birth_date", found.birth_date), ("sex", found.sex)):
        if derived is not None and result.get(field) != derived:
            zh = "与选用的证件号码不一致，请选另一条记录的"
            faults.add(f"/from_absorbed/{field}", "identity.mismatch", zh, "Does not agree with the chosen number")
    faults.raise_if_any()


def columns(values: Values, made: Mapping[str, Any], tenant: str, row: UUID) -> dict[str, Any]:
    """Return the stored columns, search keys included."""
    stored: dict[str, Any] = {}
    for field, value in made.items():
        if field not in ENCRYPTED:
            stored[field] = value
            continue
        stored[field] = None if value is None else values.keys.encrypt(field, value, row)
        if field == "phone":
            stored["phone_index"] = None if value is None else values.keys.phone_index(value)
        if field == "identity_number":
            stored["number_index"] = None if value is None else values.keys.number_index(value)
            stored["tail_index"] = None if value is None else values.keys.tail_index(value[-4:])
    if "name" in made:
        full, initials = pinyin_of(made["name"])
        stored |= {"pinyin": full, "initials": initials, "grams": grams_of(tenant, made["name"])}
    return stored


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def from_json(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field in _DATES:
        return date.fromisoformat(value)
    return UUID(value) if field == "grid" else value


def remembered(values: Values, kept: Row, made: Mapping[str, Any]) -> dict[str, Any]:
    """Return {field: [before, after]} for the history; of an encrypted field only that it changed."""
    return {
        field: "changed" if field in ENCRYPTED else [as_json(values.of(kept, field)), as_json(value)]
        for field, value in made.items()
    }


def restored(values: Values, merge: Row, kept: Row, absorbed: Row) -> dict[str, Any]:
    """Return what the kept record gets back: fields that nobody edited since the merge."""
    made: dict[str, Any] = {}
    for field, pair in merge["fields"].items():
        if field in ENCRYPTED:
            if values.of(kept, field) == values.of(absorbed, field):
                made[field] = values.kept(merge, field)
        elif as_json(kept[field]) == pair[1]:
            made[field] = from_json(field, pair[0])
    return made
