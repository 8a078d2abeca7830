"""One person with two accounts is one person: holds one piece, and never approves what it asked for or keeps a piece of.

The county's administrator says in the registry which resident an account is; of an account that is linked to nobody nothing is
known. Asked before any lock is taken, and nothing is decided while the registry does not answer.
"""

from collections.abc import Collection
from uuid import UUID

from linli_kernel.database import Database
from linli_kernel.identity import Viewer

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.seals import repository
from linli_supervision.seals.errors import SamePerson


async def require_different(
    registry: RegistryClient, tenant: str, accounts: Collection[UUID], apart_from: Collection[UUID] = ()
) -> None:
    """Raise SamePerson when two of `accounts` are one person, or one of them and one of `apart_from`."""
    for group in await registry.of_one_person(tenant, {*accounts, *apart_from}):
        # Somebody who is named on both sides is one account, which the rules of the use see to.
        if len(group & set(accounts)) > 1 or (group & set(accounts) and group & (set(apart_from) - set(accounts))):
            raise SamePerson()


async def require_a_third_approver(registry: RegistryClient, database: Database, viewer: Viewer, use_id: UUID) -> None:
    """Raise SamePerson when the approver asked, or keeps a piece, under another account; or two pieces are one person's."""
    row = await database.fetch_one(repository.one_use(viewer, use_id))
    if row is None:
        return
    held = await database.fetch_all(repository.custodians(row["tenant"], [row["seal_id"]]))
    custodians = {holder["account"] for holder in held}
    await require_different(registry, row["tenant"], custodians, {viewer.subject})
    await require_different(registry, row["tenant"], {viewer.subject}, {row["requester"]})
