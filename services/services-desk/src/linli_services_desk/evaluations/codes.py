"""One-time codes for rating: made when the applicant is sent a message or asked on a pad; nobody at the desk ever holds one.

A code follows from the case under the key ring: a message that is sent again carries the same one, and only its digest is kept.
"""

import hashlib
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.public_tokens import PublicToken, base62
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.evaluations.tables import evaluation_code


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def secret(desk: Desk, tenant: str, case_id: UUID) -> str:
    """The code of a case. It opens nothing before `make` kept its digest."""
    return base62(int.from_bytes(desk.vault.evaluation_code(tenant, case_id)[:16]))


async def make(tx: Tx, desk: Desk, case_id: UUID) -> str:
    code = secret(desk, tx.tenant, case_id)
    row = {"tenant": tx.tenant, "digest": digest(code), "case_id": case_id, "made_at": tx.now}
    await tx.execute(insert(evaluation_code).values(row).on_conflict_do_nothing())
    return code


def case_of(token: PublicToken) -> Select[tuple[object, ...]]:
    """The case that a code belongs to."""
    joined = evaluation_code.join(
        desk_case, (desk_case.c.tenant == evaluation_code.c.tenant) & (desk_case.c.id == evaluation_code.c.case_id)
    )
    return (
        select(desk_case)
        .select_from(joined)
        .where(evaluation_code.c.tenant == token.tenant, evaluation_code.c.digest == digest(token.secret))
    )
