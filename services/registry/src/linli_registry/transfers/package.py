"""What travels with people from county to county: facts, documents, phones and kinship among them; never their history."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.privacy import KeyRing
from sqlalchemy import RowMapping

from linli_registry.households.facts import Kin, State
from linli_registry.residents.keys import ResidentKeys

CARRIED = ("sex", "ethnic_group", "education", "marriage", "political_status")
STATED = ("name", "document_kind", "identity_number", "phone", "bank_account", "birth_date")


class Traveller(msgspec.Struct, frozen=True, kw_only=True):
    """One person; `id` is the origin's and only ties the package together.

    `known_as` is the destination's own record, of somebody who came from there by a transfer.
    """

    id: UUID
    known_as: UUID | None = None
    name: str
    document_kind: str
    identity_number: str | None
    phone: str | None
    bank_account: str | None
    birth_date: date | None
    relation: str | None
    facts: dict[str, str | None]

    def values(self) -> dict[str, Any]:
        """What the registry keeps of the person under its own names."""
        return {name: getattr(self, name) for name in STATED} | self.facts


class Tied(msgspec.Struct, frozen=True):
    kind: Kin
    a: UUID
    b: UUID


class Package(msgspec.Struct, frozen=True):
    """`since` is the first day on which all of them lived in the household at the origin, or in none any more.

    `edition` is the version of the origin's side before the people were read: a later one is at least as new.
    """

    people: list[Traveller]
    ties: list[Tied]
    since: date | None = None
    edition: int = 0

    def says_the_same(self, other: "Package") -> bool:
        return msgspec.structs.replace(self, edition=other.edition) == other


def pack(
    rows: list[RowMapping],
    state: State,
    keys: ResidentKeys,
    edition: int = 0,
    known_as: Mapping[UUID, UUID] | None = None,
) -> Package:
    """Put together residents as they are stored at the origin."""
    travellers = []
    going = {row["id"] for row in rows}
    for row in rows:
        stay = state.open_stay(row["id"])
        # Older records name a kind without a number; nobody is registered so any more.
        whole = {name: keys.open(name, row[name], row["id"]) for name in ("identity_number", "phone", "bank_account")}
        travellers.append(
            Traveller(
                id=row["id"],
                known_as=(known_as or {}).get(row["id"]),
                name=row["name"],
                document_kind=row["document_kind"] if row["identity_number"] else "none",
                birth_date=row["birth_date"],
                relation=stay.relation if stay else None,
                facts={name: row[name] for name in CARRIED},
                **whole,
            )
        )
    ties = [Tied(x.kind, x.a, x.b) for x in state.links.values() if x.until is None and {x.a, x.b} <= going]
    came = [state.came(stay) for row in rows if (stay := state.open_stay(row["id"]))]
    # Who is in no household now lived in one until then.
    left = [stay.until for row in rows for stay in state.stays(row["id"]) if stay.until]
    return Package(travellers, ties, max([*came, *left], default=None), edition)


def seal(package: Package, ring: KeyRing, tenant: str, transfer: UUID) -> bytes:
    text = msgspec.json.encode(package).decode()
    return ring.encrypt(text, tenant=tenant, table="transfer", column="package", row=transfer)


def unseal(stored: bytes, ring: KeyRing, tenant: str, transfer: UUID) -> Package:
    text = ring.decrypt(stored, tenant=tenant, table="transfer", column="package", row=transfer)
    return msgspec.json.decode(text, type=Package)
