"""The signing key of each log: made on first use, kept under the key ring, never changed.

The origin of a log is part of every signature, so it is settled once and stored with the key.
"""

from datetime import datetime

from linli_kernel.privacy import KeyRing

from linli_supervision.ledger.note import SigningKey
from linli_supervision.rows import Connection

ORIGIN_HOST = "linli.example"
"""Names the log, not a server: RFC 2606 reserves the domain, so the name belongs to nobody."""


def origin(tenant: str) -> str:
    return f"{ORIGIN_HOST}/{tenant}"


async def signing_key(connection: Connection, keyring: KeyRing, tenant: str, now: datetime) -> SigningKey:
    """Return the tenant's key, making it if there is none; two first uses agree on one."""
    place = {"tenant": tenant, "table": "ledger_key", "column": "private_key", "row": tenant}
    select = "SELECT name, private_key FROM ledger_key WHERE tenant = $1"
    row = await connection.fetchrow(select, tenant)
    if row is None:
        key = SigningKey.create(origin(tenant))
        await connection.execute(
            "INSERT INTO ledger_key (tenant, name, public_key, private_key, created_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (tenant) DO NOTHING",
            tenant,
            key.name,
            key.verifier.public_key,
            keyring.encrypt_bytes(key.seed, **place),
            now,
        )
        # Read again: another process may have been first, and its key is the log's.
        row = await connection.fetchrow(select, tenant)
        if row is None:
            raise KeyError(tenant)
    return SigningKey.from_seed(row["name"], keyring.decrypt_bytes(bytes(row["private_key"]), **place))
