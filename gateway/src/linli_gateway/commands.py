"""Commands of the gateway: seeding the demo, making accounts, rotating keys, and the combined API document."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

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
from linli_gateway.accounts.domain import DEMO_PASSWORD, USERNAME, weaknesses
from linli_gateway.accounts.hashing import Passwords
from linli_gateway.keys.service import SigningKeys
from linli_gateway.oauth import repository as clients
from linli_gateway.operator import operator
from linli_gateway.posts import repository as posts
from linli_gateway.proposals.domain import administers
from linli_gateway.records import repository as records
from linli_gateway.second_factor import service as second_factor
from linli_gateway.second_factor.domain import new_code
from linli_gateway.sessions import repository as sessions
from linli_gateway.sessions.tables import session
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
    """Make one system administrator with a given password, to be changed at the first sign-in."""
    return await _create_admins(settings, {username: password}, name)


async def create_system_admins(settings: Settings, usernames: list[str], name: str = "系统管理员") -> str:
    """Make system administrators, each with a one-time password that is printed here and nowhere else."""
    made = {username: _one_time_password() for username in usernames}
    told = await _create_admins(settings, made, name)
    return "\n".join([*(f"{username}  {password}" for username, password in made.items()), told])


async def _create_admins(settings: Settings, wanted: Mapping[str, str], name: str) -> str:
    hashes = {username: await _hash_of(username, password) for username, password in wanted.items()}
    async with _database(settings) as database, database.transaction(ANY_TENANT, operator()) as tx:
        for username, password_hash in hashes.items():
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
            detail = {"username": username, "roles": [Role.SYSTEM_ADMIN.value]}
            await _note(tx, "account.create", row_id, ANY_TENANT, detail)
        alone = await accounts.count_administrators(tx) < 2
    told = f"{', '.join(hashes)} may sign in and has to change the password"
    return told + (". A second administrator is needed before either makes others" if alone else "")


async def reset_admin(settings: Settings, username: str) -> str:
    """Give an administrator a new one-time password without second factor, where no second administrator is left."""
    password = _one_time_password()
    password_hash = await _hash_of(username, password)
    async with _database(settings) as database:
        async with database.transaction(ANY_TENANT) as tx:
            found = await accounts.by_username(tx, username)
            held = await posts.open_posts(tx, found["id"]) if found else []
        if found is None or not administers(post.role for post in held):
            raise Refused(f"{username} is no administrator")
        async with database.transaction(found["county"], operator()) as tx:
            values = {"password_hash": password_hash, "password_changed_at": tx.now, "must_change_password": True}
            await accounts.change(tx, found["id"], {**values, "activation_code": None, "state": "active"})
            await second_factor.remove(tx, found["id"])
            await accounts.forget_devices(tx, found["id"])
            await sessions.end(tx, session.c.account_id == found["id"], "password_reset")
            await _note(tx, "account.reset_password", found["id"], found["county"], {"username": username})
    return f"{username}  {password}\n{username} may sign in and has to change the password"


async def _hash_of(username: str, password: str) -> str:
    if USERNAME.fullmatch(username) is None:
        raise Refused(f"{username}: use small letters, digits and _, beginning with a letter")
    found = weaknesses(password, username=username, old=None, demo=False)
    if found:
        raise Refused("; ".join(weakness.en for weakness in found))
    passwords = Passwords()
    try:
        return await passwords.hash(password)
    finally:
        passwords.close()


def _one_time_password() -> str:
    """Two codes of about 50 bits that can be read aloud; a small letter makes it pass as mixed."""
    return f"{new_code()}-{new_code()}a"


async def _note(tx: Tx, action: str, account_id: UUID, county: str, detail: dict[str, Any]) -> None:
    await records.administered(
        tx, operator(), action=action, kind="account", object_id=account_id, tenant=county, detail=detail
    )


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
