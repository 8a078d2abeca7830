"""The three services in one process on real databases, wired to each other, with one object of every kind in 花坪村."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from linli_kernel.clock import SHANGHAI, FrozenClock
from linli_kernel.identity import Role
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TENANT, VILLAGE, TokenMaker, running, service_settings
from linli_launcher.databases import PROJECT
from linli_launcher.fonts import ensure_fonts
from linli_registry import app as registry_app
from linli_registry import commands as registry_commands
from linli_services_desk import app as desk_app
from linli_services_desk import commands as desk_commands
from linli_supervision import app as supervision_app
from linli_supervision import commands as supervision_commands

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
PEOPLE = 120


class Wires(httpx.AsyncBaseTransport):
    """Neighbours call each other in this process; the gateway's token endpoint hands out service tokens."""

    def __init__(self, tokens: TokenMaker) -> None:
        self.tokens = tokens
        self.apps: dict[str, httpx.ASGITransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "gateway":
            body = {"access_token": self.tokens.token(Role.SERVICE), "token_type": "Bearer", "expires_in": 600}
            return httpx.Response(200, json=body)
        return await self.apps[request.url.host].handle_async_request(request)


@dataclass
class World:
    tokens: TokenMaker
    apps: dict[str, FastAPI] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    subjects: dict[Role, str] = field(default_factory=lambda: {role: str(uuid4()) for role in Role})

    def auth(self, role: Role, **claims: Any) -> dict[str, str]:
        department = {"department": "民政局"} if role is Role.DEPARTMENT_OFFICER else {}
        return self.tokens.auth(role, **{"sub": self.subjects[role], **department, **claims})

    async def post(self, service: str, path: str, role: Role, body: Any, **headers: str) -> Any:
        answer = await self.clients[service].post(path, json=body, headers={**self.auth(role), **headers})
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def get(self, service: str, path: str, role: Role) -> Any:
        answer = await self.clients[service].get(path, headers=self.auth(role))
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def fill(self, value: Any) -> Any:
        """Replace `{name}` by the object of that name, in paths and bodies."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, str):
            for name, found in self.objects.items():
                if value == f"{{{name}}}":
                    return found
                value = value.replace(f"{{{name}}}", str(found))
        return value


SERVICES: dict[str, tuple[Any, Any]] = {
    "registry": (registry_app, registry_commands),
    "desk": (desk_app, desk_commands),
    "supervision": (supervision_app, supervision_commands),
}


@pytest.fixture(scope="session")
async def world(session_database: Callable[[str], Any]) -> AsyncIterator[World]:
    fonts = ensure_fonts(PROJECT / ".build" / "fonts")
    tokens = TokenMaker()
    wires = Wires(tokens)
    made = World(tokens)
    clock = FrozenClock(NOW)
    addresses = {f"{name}_url": f"http://{name}" for name in ("gateway", *SERVICES)}
    async with AsyncExitStack() as stack:
        for name, (module, commands) in SERVICES.items():
            urls = session_database(name)
            facts = service_settings(urls.app_url, tokens, migration_url=urls.owner_url, font_dir=fonts, **addresses)
            settings = getattr(module, "Settings", ServiceSettings)(**facts)
            await (commands.seed_demo(settings, PEOPLE) if name == "registry" else commands.seed_demo(settings))
            app = module.create_app(settings, clock=clock, transport=wires)
            wires.apps[name] = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            made.apps[name] = app
            made.clients[name] = await stack.enter_async_context(running(app))
        await _make_objects(made)
        yield made


async def _make_objects(world: World) -> None:
    found = await world.post("registry", "/api/registry/v1/residents/search", Role.CLERK, {"q": "张桂兰"})
    resident = found["items"][0]
    matters = await world.get("desk", "/api/desk/v1/matters?q=居住情况证明", Role.CLERK)
    matter = next(item for item in matters["items"] if item["name"] == "居住情况证明")
    case = await _certificate_case(world, matter["id"], resident["id"])
    document = next(item for item in case["documents"] if item["state"] == "awaiting_seal")
    seals = await world.get("supervision", "/api/supervision/v1/seals", Role.CLERK)
    seal = seals["items"][0]["id"]
    order = {"case_id": case["id"], "document_id": document["id"], "purpose": "居住情况证明"}
    use = await world.post("supervision", f"/api/supervision/v1/seals/{seal}/uses", Role.CLERK, order)
    windows = await world.get("desk", "/api/desk/v1/windows", Role.CLERK)
    csv = "department,main_item,name,item_code,task_type,department_code,area_code\n民政局,,试导入事项,X-1,20,1,421202\n"
    imported = await world.clients["desk"].post(
        "/api/desk/v1/matters/imports", files={"file": ("m.csv", csv.encode())}, headers=world.auth(Role.COUNTY_ADMIN)
    )
    assert imported.status_code == 202, imported.text
    receipt = next(item for item in case["documents"] if item["kind"] == "receipt")
    coordinates = {"x": "A" * 43, "y": "A" * 43}
    world.objects.update(
        tenant=TENANT, resident_id=resident["id"], household_id=resident["household_id"], matter_id=matter["id"],
        case_id=case["id"], document_id=document["id"], material_id=case["materials"][0]["id"], step=case["steps"][0]["key"],
        token=receipt["token"], window_id=windows["items"][0]["id"], job_id=imported.json()["id"], seal_id=seal, use_id=use["id"],
        index=0, jwk={"kty": "EC", "crv": "P-256", **coordinates},
    )  # fmt: skip


async def _certificate_case(world: World, matter: str, resident: str) -> dict[str, Any]:
    """A certificate of residence that waits for its seal."""
    base = "/api/desk/v1/cases"
    opened = await world.post("desk", base, Role.CLERK, {"matter_id": matter, "applicant_id": resident})
    path = f"{base}/{opened['id']}"

    async def read() -> dict[str, Any]:
        found: dict[str, Any] = await world.get("desk", path, Role.CLERK)
        return found

    schema = (await read())["form_schema"]
    form = {name: _sample(field) for name, field in schema["properties"].items() if name in schema.get("required", [])}
    form = {**form, **{k: v for k, v in (await read())["form"].items() if v is not None}}
    version = (await read())["version"]
    answer = await world.clients["desk"].patch(
        path, json={"form": form}, headers={**world.auth(Role.CLERK), "If-Match": f'"{version}"'}
    )
    assert answer.is_success, answer.text
    for material in (await read())["materials"]:
        version = (await read())["version"]
        answer = await world.clients["desk"].put(
            f"{path}/materials/{material['id']}", json={"state": "original_checked"},
            headers={**world.auth(Role.CLERK), "If-Match": f'"{version}"'},
        )  # fmt: skip
        assert answer.is_success, answer.text
    await world.post("desk", f"{path}/accept", Role.CLERK, {}, **{"If-Match": f'"{(await read())["version"]}"'})
    for _ in range(6):
        case = await read()
        if any(document["state"] == "awaiting_seal" for document in case["documents"]):
            return case
        step = next(item for item in case["steps"] if item["state"] == "ready")
        ends = step["kind"] in ("decide", "approve")
        command = "decide" if ends else f"steps/{step['key']}/complete"
        body = {"outcome": "approved" if ends else "pass", "comment": "属实"}
        await world.post("desk", f"{path}/{command}", Role(step["role"]), body, **{"If-Match": f'"{case["version"]}"'})
    raise AssertionError(json.dumps(case["steps"], ensure_ascii=False))


def _sample(field: dict[str, Any]) -> Any:
    if "enum" in field:
        return field["enum"][0]
    if "oneOf" in field:
        return field["oneOf"][0]["const"]
    if field.get("format") == "date":
        return "2020-01-01"
    return {"integer": 1, "number": 1, "boolean": True, "array": []}.get(str(field.get("type")), "花坪村3组")


__all__ = ["VILLAGE"]
