"""Administering partners' clients. A change of scope, secret or state ends the tokens in use."""

from __future__ import annotations

from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id

from linli_gateway.oauth import repository
from linli_gateway.oauth.errors import ClientIdTaken, ClientNotFound
from linli_gateway.oauth.schemas import ClientChange, ClientOut, NewClient
from linli_gateway.parts import Parts
from linli_gateway.records import repository as records
from linli_gateway.rows import Row
from linli_gateway.sessions.repository import revoke


def as_out(row: Row) -> ClientOut:
    return ClientOut(**{name: row[name] for name in ClientOut.model_fields if name in row}, tenant=row["county"])


async def create(tx: Tx, parts: Parts, viewer: Viewer, body: NewClient) -> ClientOut:
    """Register a partner's system."""
    _check_scope(parts, body.tenant, body.divisions)
    if body.client_id in parts.settings.service_clients or await repository.by_client_id(tx, body.client_id):
        raise ClientIdTaken(client_id=body.client_id)
    row_id = new_id()
    values = body.model_dump(exclude={"secret", "tenant"})
    await repository.add(
        tx,
        {
            **values,
            "id": row_id,
            "county": body.tenant,
            "sid": new_id(),
            "secret_hash": await parts.passwords.hash(body.secret),
        },
    )
    detail = {"client_id": body.client_id, "scopes": list(body.scopes)}
    await records.administered(
        tx, viewer, action="client.create", kind="client", object_id=row_id, tenant=body.tenant, detail=detail
    )
    return as_out(await _found(tx, row_id))


async def change(tx: Tx, parts: Parts, viewer: Viewer, row_id: UUID, version: int, body: ClientChange) -> ClientOut:
    """Change a client; everything but its name takes effect on the tokens in use."""
    row = await _found(tx, row_id)
    values = body.model_dump(exclude_none=True, exclude={"secret"})
    if body.divisions is not None:
        _check_scope(parts, row["county"], body.divisions)
    if body.secret is not None:
        values["secret_hash"] = await parts.passwords.hash(body.secret)
    if values.keys() - {"name"}:
        values["sid"] = new_id()
        await revoke(tx, [row["sid"]])
        parts.revoker.after_commit(tx, [row["sid"]])
    await repository.change(tx, row_id, version, values)
    changed = sorted(body.model_dump(exclude_none=True))
    detail = {"client_id": row["client_id"], "changed": changed, "state": body.state or row["state"]}
    await records.administered(
        tx, viewer, action="client.change", kind="client", object_id=row_id, tenant=row["county"], detail=detail
    )
    return as_out(await _found(tx, row_id))


def _check_scope(parts: Parts, tenant: str, divisions: list[str]) -> None:
    county = parts.counties.get(tenant)
    if county is None:
        raise Invalid(
            errors=[FieldError("/tenant", "auth.tenant_unknown", "没有这个县市区", "there is no such county")]
        )
    outside = [index for index, code in enumerate(divisions) if not code.startswith(county)]
    if outside:
        raise Invalid(
            errors=[
                FieldError(
                    f"/divisions/{index}", "auth.division_outside", "区划不在所选县市区内", "lies outside the county"
                )
                for index in outside
            ]
        )


async def _found(tx: Tx, row_id: UUID) -> Row:
    row = await repository.get(tx, row_id)
    if row is None:
        raise ClientNotFound
    return row
