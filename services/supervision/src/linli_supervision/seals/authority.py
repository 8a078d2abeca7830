"""The certificate authority of a tenant, made on first use and kept under the key ring."""

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.privacy import KeyRing
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.seals.certificates import Authority, create_authority
from linli_supervision.seals.tables import seal_authority


async def authority_of(tx: Tx, keyring: KeyRing) -> Authority:
    """Return the tenant's authority; two first uses agree on one."""
    place = {"tenant": tx.tenant, "table": "seal_authority", "column": "private_key", "row": tx.tenant}
    query = select(seal_authority).where(seal_authority.c.tenant == tx.tenant)
    row = await tx.one(query)
    if row is None:
        made = create_authority(tx.tenant, tx.now)
        await tx.execute(
            insert(seal_authority)
            .values(
                tenant=tx.tenant,
                certificate=made.certificate,
                private_key=keyring.encrypt_bytes(made.private_key, **place),
                created_at=tx.now,
            )
            .on_conflict_do_nothing()
        )
        row = await tx.one(query)
        assert row is not None  # noqa: S101 - written above or by whoever was first
    return Authority(row["certificate"], keyring.decrypt_bytes(row["private_key"], **place))


async def certificate_of(database: Database, tenant: str) -> bytes:
    """Return the authority's certificate (DER); a county where no custodian has a key has none."""
    found = await database.fetch_value(select(seal_authority.c.certificate).where(seal_authority.c.tenant == tenant))
    if found is None:
        raise NotFound
    return bytes(found)
