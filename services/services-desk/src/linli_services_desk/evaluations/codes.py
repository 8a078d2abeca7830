"""One-time codes for rating: made when the applicant is sent a message or asked on a pad; nobody at the desk ever holds one.

A code follows from the case under the key ring: a message that is sent again carries the same one, and only its digest is kept.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from linli_kernel.database import HotQuery, Tx
from linli_kernel.public_tokens import PublicToken, base62
from sqlalchemy import Select, select, text

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.evaluations.tables import evaluation_code


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def secret(desk: Desk, tenant: str, case_id: UUID) -> str:
    """The code of a case. It opens nothing before `make` kept its digest."""
    return base62(int.from_bytes(desk.vault.evaluation_code(tenant, case_id)[:16]))


_MAKE = HotQuery(
    text(
        "INSERT INTO evaluation_code (tenant, digest, case_id, made_at) "
        "SELECT CAST(:tenant AS text), made.digest, made.case_id, CAST(:at AS timestamptz) "
        "FROM unnest(CAST(:digests AS text[]), CAST(:cases AS uuid[])) AS made (digest, case_id) ON CONFLICT DO NOTHING"
    )
)


async def make(tx: Tx, desk: Desk, cases: Iterable[UUID]) -> dict[UUID, str]:
    """Make the codes of these cases; one that was made before stays the same."""
    made = {case: secret(desk, tx.tenant, case) for case in cases}
    # Sorted: whoever makes the same codes at the same moment waits for them in the same order.
    rows = sorted((digest(code), case) for case, code in made.items())
    digests, ids = [row[0] for row in rows], [row[1] for row in rows]
    await tx.quick(_MAKE, {"tenant": tx.tenant, "at": tx.now, "digests": digests, "cases": ids})
    return made


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
