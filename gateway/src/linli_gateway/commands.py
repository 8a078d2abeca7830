"""Commands of the gateway: seeding the demo, making accounts, rotating keys, and the combined API document."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from fastapi import FastAPI
from linli_kernel.clock import SystemClock
from linli_kernel.database import Database, Tx
from linli_kernel.identity import ANY_TENANT, Role
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from linli_kernel.refusals import CommandRefused
from linli_kernel.settings import ServiceSettings

from linli_gateway import demo
from linli_gateway.accounts import repository as accounts
from linli_gateway.accounts.domain import DEMO_PASSWORD, weaknesses
from linli_gateway.accounts.hashing import Passwords
from linli_gateway.keys.service import SigningKeys
from linli_gateway.oauth import repository as clients
from linli_gateway.posts import repository as posts
from linli_gateway.settings import GatewaySettings as Settings
from linli_gateway.web.combined import Document, as_text, combine

SERVICES: Final = {
    "registry": "linli_registry",
    "services-desk": "linli_services_desk",
    "supervision": "linli_supervision",
}


class Refused(CommandRefused):
    """The command must not run here."""


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings.sqlalchemy_url, SystemClock(), 2)
    try:
        yield database
    finally:
        await database.close()


async def seed_demo(settings: Settings) -> str:
    """Make the demo's accounts and its partner; what is there already stays as it is."""
    if not settings.demo:
        raise Refused("demo accounts exist in the demo only; LINLI_ENVIRONMENT is not demo")
    passwords = Passwords()
    try:
        # One hash for all: the password is public, and thirty hashes would take a second of the first start.
        password_hash = await passwords.hash(DEMO_PASSWORD)
        secret_hash = await passwords.hash(demo.CLIENT_SECRET)
    finally:
        passwords.close()
    made = 0
    async with _database(settings) as database, database.transaction(ANY_TENANT) as tx:
        for account in demo.accounts():
            made += await _seed_account(tx, account, password_hash)
        if await clients.by_client_id(tx, demo.CLIENT_ID) is None:
            await _seed_client(tx, secret_hash)
    return f"{made} demo accounts"


async def _seed_account(tx: Tx, account: demo.DemoAccount, password_hash: str) -> bool:
    if await accounts.by_username(tx, account.username) is not None:
        return False
    await _add_account(
        tx, account.username, account.name, account.tenants[0], password_hash, row_id=account.id, must_change=False
    )
    await posts.add(
        tx,
        {
            "id": new_id(),
            "account_id": account.id,
            "role": account.role.value,
            "tenants": list(account.tenants),
            "divisions": list(account.divisions),
            "department": account.department,
            "title": account.title,
        },
    )
    return True


async def _add_account(
    tx: Tx, username: str, name: str, county: str, password_hash: str, *, row_id: Any, must_change: bool
) -> None:
    await accounts.add(
        tx,
        {
            "id": row_id,
            "username": username,
            "name": name,
            "county": county,
            "password_hash": password_hash,
            "password_changed_at": tx.now,
            "must_change_password": must_change,
        },
    )


async def _seed_client(tx: Tx, secret_hash: str) -> None:
    await clients.add(
        tx,
        {
            "id": new_id(),
            "client_id": demo.CLIENT_ID,
            "name": "演示：省政务服务平台",
            "secret_hash": secret_hash,
            "county": demo.CLIENT_TENANT,
            "divisions": [demo.CLIENT_TENANT],
            "scopes": list(demo.CLIENT_SCOPES),
            "sid": new_id(),
        },
    )


async def create_system_admin(settings: Settings, username: str, password: str, name: str = "系统管理员") -> str:
    """Make the first account of an installation; its password has to be changed at the first sign-in."""
    found = weaknesses(password, username=username, old=None, demo=False)
    if found:
        raise Refused("; ".join(weakness.en for weakness in found))
    passwords = Passwords()
    password_hash = await passwords.hash(password)
    passwords.close()
    async with _database(settings) as database, database.transaction(ANY_TENANT) as tx:
        if await accounts.by_username(tx, username) is not None:
            raise Refused(f"{username} exists already")
        row_id = new_id()
        await _add_account(tx, username, name, ANY_TENANT, password_hash, row_id=row_id, must_change=True)
        await posts.add(
            tx,
            {
                "id": new_id(),
                "account_id": row_id,
                "role": Role.SYSTEM_ADMIN.value,
                "tenants": [ANY_TENANT],
                "title": "系统管理员",
            },
        )
    return f"{username} may sign in and has to change the password"


async def rotate_signing_key(settings: Settings) -> str:
    """Publish a new signing key; running gateways take it over within a minute."""
    async with _database(settings) as database:
        keys = SigningKeys(
            database,
            KeyRing.from_json(settings.keyring.get_secret_value()),
            database.clock,
            timedelta(days=settings.signing_key_max_age_days),
        )
        return f"new signing key {await keys.rotate()}"


def combined_openapi(settings: ServiceSettings | None = None) -> str:
    """Return the combined API document made from the applications themselves, without a server or a database."""
    documents: dict[str, Document] = {"gateway": _document("linli_gateway", Settings)}
    for name, package in SERVICES.items():
        documents[name] = _document(package, None)
    return as_text(combine(documents, version="1", missing=[]))


def _document(package: str, settings_class: type[ServiceSettings] | None) -> Document:
    module = importlib.import_module(f"{package}.app")
    found: Any = settings_class or getattr(module, "Settings", ServiceSettings)
    settings = found(
        environment="demo", database_url="postgresql://nobody@localhost/nothing", keyring=KeyRing.generate()
    )
    app: FastAPI = module.create_app(settings)
    return app.openapi()
