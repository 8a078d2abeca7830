"""Publishing matters: the shipped samples, and the county's catalogue.

Publishing the same definition twice changes nothing; another definition becomes the next version, and cases opened under the
former one keep it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from linli_kernel.contracts import desk as contract
from linli_kernel.database import Tx
from linli_kernel.events import Event
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile

from linli_services_desk.matters import repository
from linli_services_desk.matters.domain import Definition, catalogue_definition
from linli_services_desk.matters.importer import RowError
from linli_services_desk.matters.names import pinyin_of
from linli_services_desk.matters.plan import category_code


@dataclass(slots=True)
class ImportReport:
    """What an import did; `errors` name line and column."""

    total: int = 0
    published: int = 0
    unchanged: int = 0
    already_offered: int = 0
    errors: list[RowError] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "published": self.published,
            "unchanged": self.unchanged,
            "already_offered": self.already_offered,
            "errors": [{"row": one.row, "column": one.column, "code": one.code} for one in self.errors[:200]],
        }


@dataclass(frozen=True, slots=True)
class Signature:
    """Who wrote and who published a version, and what was new in it. Samples and imports have none."""

    published_by: UUID | None = None
    published_name: str = ""
    written_name: str = ""
    note: str = ""


UNSIGNED = Signature()


async def publish(
    tx: Tx, tenant: str, profile: Profile, definition: Definition, by: Signature = UNSIGNED
) -> tuple[UUID, int] | None:
    """Publish a definition under its code; None when it is what is published already, else the matter and the version."""
    known = await tx.one(repository.latest_definition(tenant, definition["code"]))
    if known is None:
        matter_id, number = new_id(), 1
        await tx.execute(repository.add([_row(tx, tenant, profile, matter_id, definition)]))
    elif known["definition"] == definition and known["state"] == definition["state"]:
        return None
    else:
        matter_id, number = known["id"], int(known["published_version"]) + 1
    await tx.execute(repository.add_versions([_version(tx, tenant, matter_id, number, definition, by)]))
    if known is not None:
        await tx.execute(
            repository.replace(tenant, matter_id, _row(tx, tenant, profile, matter_id, definition), number)
        )
    tx.announce(
        Event(
            type=contract.MATTER_PUBLISHED,
            subject=str(matter_id),
            data=contract.MatterPublished(matter_id=str(matter_id), code=definition["code"], version=number),
        )
    )
    return matter_id, number


async def publish_sample(tx: Tx, tenant: str, profile: Profile, definition: Definition) -> None:
    """Publish a shipped sample unless the county made the matter its own."""
    known = await tx.one(repository.latest_definition(tenant, definition["code"]))
    if known is None or known["definition"]["sample"]:
        await publish(tx, tenant, profile, definition)


async def import_rows(
    tx: Tx, tenant: str, profile: Profile, batch: Iterable[dict[str, str] | RowError], report: ImportReport
) -> None:
    """Publish catalogue rows as guide entries; what the county already offers with form and steps, by code or name, is left alone."""
    known = {row["code"]: row for row in await tx.all(repository.all_definitions(tenant))}
    offered = {row["name"] for row in known.values() if row["state"] == "published"}
    opened = {code for code, row in known.items() if row["state"] == "published"}
    fresh: dict[str, Definition] = {}
    for row in batch:
        report.total += 1
        if isinstance(row, RowError):
            report.errors.append(row)
        elif row["item_code"] in opened or (row["name"] in offered and row["item_code"] not in known):
            report.already_offered += 1
        elif row["item_code"] not in known:
            fresh[row["item_code"]] = catalogue_definition(row)
        elif await publish(tx, tenant, profile, catalogue_definition(row)):
            report.published += 1
        else:
            report.unchanged += 1
    if fresh:
        ids = {code: new_id() for code in fresh}
        await tx.execute(repository.add([_row(tx, tenant, profile, ids[code], fresh[code]) for code in fresh]))
        await tx.execute(
            repository.add_versions([_version(tx, tenant, ids[code], 1, fresh[code], UNSIGNED) for code in fresh])
        )
        report.published += len(fresh)


def _row(tx: Tx, tenant: str, profile: Profile, matter_id: UUID, definition: Definition) -> dict[str, Any]:
    pinyin, initials = pinyin_of(definition["name"])
    return {
        "tenant": tenant,
        "id": matter_id,
        "code": definition["code"],
        "name": definition["name"],
        "pinyin": pinyin,
        "initials": initials,
        "category": category_code(profile, definition),
        "type": definition["type"],
        "department": definition["department"],
        "rank": definition["rank"],
        "state": definition["state"],
        "sample": definition["sample"],
        "published_version": 1,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }


def _version(
    tx: Tx, tenant: str, matter_id: UUID, number: int, definition: Definition, by: Signature
) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "matter_id": matter_id,
        "number": number,
        "definition": definition,
        "published_at": tx.now,
        **asdict(by),
    }
