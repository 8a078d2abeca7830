"""Registering a custodian's key: made in the custodian's browser, certified here, its private half never seen."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from sqlalchemy import insert

from linli_supervision.clients.gateway import PasswordSetting
from linli_supervision.seals import certificates, repository, takeover
from linli_supervision.seals.authority import authority_of
from linli_supervision.seals.errors import KeyInUse, KeyReportedLost, NotACustodian, SealNotFound, WrongCustodianKey
from linli_supervision.seals.opening import decode_base64
from linli_supervision.seals.register import end_key
from linli_supervision.seals.schemas import KeyRegistration
from linli_supervision.seals.tables import custodian_key, seal


def _refuse(pointer: str) -> WrongCustodianKey:
    return WrongCustodianKey(
        errors=[FieldError(pointer, WrongCustodianKey.code, WrongCustodianKey.zh, WrongCustodianKey.en)]
    )


def _checked_key(seal_id: UUID, body: KeyRegistration) -> dict[str, str]:
    jwk = {"kty": "EC", "crv": "P-256", "x": body.public_key_jwk.x, "y": body.public_key_jwk.y}
    try:
        certificates.public_key(jwk)
    except certificates.WrongKey as error:
        raise _refuse("/public_key_jwk") from error
    try:
        certificates.check_possession(str(seal_id), jwk, decode_base64(body.proof))
    except (certificates.WrongKey, ValueError) as error:
        raise _refuse("/proof") from error
    return jwk


def _answer(seal_id: UUID, position: int, thumbprint: str, issued: certificates.CustodianCertificate) -> dict[str, Any]:
    return {
        "seal_id": seal_id,
        "position": position,
        "thumbprint": thumbprint,
        "serial": issued.serial,
        "not_after": issued.not_after.astimezone(UTC),
        "certificate_pem": issued.pem,
    }


async def register_key(
    tx: Tx, viewer: Viewer, keyring: KeyRing, seal_id: UUID, body: KeyRegistration, heard: Sequence[PasswordSetting]
) -> dict[str, Any]:
    """Certify the viewer's key for its piece of the seal; the key it had before is replaced."""
    row = await tx.one(repository.one_seal(viewer, seal_id).with_for_update(of=seal))
    if row is None:
        raise SealNotFound()
    holders = await tx.all(repository.custodians(row["tenant"], [seal_id]))
    mine = next((holder for holder in holders if holder["account"] == viewer.subject), None)
    if mine is None:
        raise NotACustodian()
    jwk = _checked_key(seal_id, body)
    thumbprint = certificates.thumbprint(jwk)
    if mine["thumbprint"] == thumbprint and mine["not_after"] > tx.now:
        kept = certificates.CustodianCertificate(mine["certificate"], mine["serial"], mine["not_after"])
        return _answer(seal_id, mine["position"], thumbprint, kept)
    if mine["key_lost"]:
        raise KeyReportedLost()
    await takeover.require_confirmed(tx, row["tenant"], seal_id, viewer.subject, heard)
    # A key that is replaced while the seal is open would leave a laid-out signature nobody can make.
    if await tx.all(repository.running_uses_of(row["tenant"], seal_id)):
        raise KeyInUse()
    issued = certificates.issue(
        await authority_of(tx, keyring),
        jwk,
        seal_name=row["name"],
        title=mine["title"],
        account=str(viewer.subject),
        now=tx.now,
    )
    await end_key(tx, row["tenant"], seal_id, mine["position"])
    await tx.execute(
        insert(custodian_key).values(
            tenant=row["tenant"],
            id=new_id(),
            seal_id=seal_id,
            position=mine["position"],
            account=viewer.subject,
            public_jwk=jwk,
            thumbprint=thumbprint,
            certificate=issued.certificate,
            serial=issued.serial,
            not_after=issued.not_after,
            created_at=tx.now,
        )
    )
    tx.record(
        Act(
            action="seal.register-key",
            object_kind="seal",
            object_id=seal_id,
            division=row["division"],
            detail={"position": mine["position"], "thumbprint": thumbprint, "serial": issued.serial},
        )
    )
    return _answer(seal_id, mine["position"], thumbprint, issued)
