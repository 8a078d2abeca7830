"""One object of every kind in 花坪村, for paths and bodies: what a row of the table calls `{case_id}`.

A new `{name}` is one more entry of the dictionary that `make_objects` returns.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import asyncpg
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_VILLAGE, TENANT, VILLAGE
from linli_supervision.ledger.note import SigningKey
from linli_supervision.witnesses.refusal import Reason, Refusal, sign

from tests.contract.access import PEOPLE_FILE
from tests.contract.system import System
from tests.pictures import PICTURE

DESK = "/api/desk/v1"
AUTH = "/api/auth/v1"
INQUIRY = {"division": VILLAGE, "question": 1, "origin": "planned", "subject": "窗口服务态度"}
NEW_PASSWORD = "Kuaizi-Fanwan-2041"
CATALOGUE = (
    "department,main_item,name,item_code,task_type,department_code,area_code\n民政局,,试导入事项,X-1,20,1,421202\n"
)


def make_objects(system: System) -> dict[str, Any]:
    found = system.call("registry", "POST", "/api/registry/v1/residents/search", Role.CLERK, {"q": "张桂兰"})
    resident = found["items"][0]
    matters = system.call("desk", "GET", f"{DESK}/matters?q=居住情况证明", Role.CLERK)
    matter = next(item for item in matters["items"] if item["name"] == "居住情况证明")
    case = _certificate_case(system, matter["id"], resident["id"])
    document = next(item for item in case["documents"] if item["state"] == "awaiting_seal")
    receipt = next(item for item in case["documents"] if item["kind"] == "receipt")
    seal = system.call("supervision", "GET", "/api/supervision/v1/seals", Role.CLERK)["items"][0]["id"]
    order = {"case_id": case["id"], "document_id": document["id"], "purpose": "居住情况证明"}
    use = system.call("supervision", "POST", f"/api/supervision/v1/seals/{seal}/uses", Role.CLERK, order)
    lost = f"/api/supervision/v1/seals/{seal}/custodians/2/key/lost"
    change = system.call("supervision", "POST", lost, Role.SUPERVISOR, {"reason": "lost"})
    windows = system.call("desk", "GET", f"{DESK}/windows", Role.CLERK)["items"]
    return {
        "tenant": TENANT,
        "village": VILLAGE,
        "resident_id": resident["id"],
        "household_id": resident["household_id"],
        "matter_id": matter["id"],
        "refused_id": _refused(system),
        "draft_id": _draft(system),
        "case_id": case["id"],
        "document_id": document["id"],
        "material_id": case["materials"][0]["id"],
        "attachment_id": case["materials"][0]["attachment_id"],
        "step": case["steps"][0]["key"],
        "token": receipt["token"],
        "window_id": windows[0]["id"],
        "skipped_ticket_id": _skipped(system, windows[2]["id"] if len(windows) > 2 else windows[0]["id"]),
        "other_window_id": windows[1]["id"],
        "job_id": _job(system),
        "seal_id": seal,
        "seal_change_id": change["id"],
        "use_id": use["id"],
        "index": _ledger_entry(system),
        "jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
        **_witness_and_alarm(system),
        **_disclosures(system),
        "flag_id": _flag(system),
        **_deliberation(system),
        "inquiry_id": system.call("supervision", "POST", "/api/supervision/v1/inquiries", Role.SUPERVISOR, INQUIRY)[
            "id"
        ],
        **_signature_and_pad(system, case["id"], windows[0]["id"]),
        **_whistle(system),
        **_administration(system),
        **_people(system, resident["id"]),
        **_places(system),
    }


def _refused(system: System) -> str:
    """A certificate on the place's list of refusals."""
    found = system.call("desk", "GET", f"{DESK}/matters?q=婚姻状况证明", Role.CLERK)["items"]
    return next(item["id"] for item in found if item["state"] == "refused")


def _witness_and_alarm(system: System) -> dict[str, str]:
    """A witness of the county's log, and the alarm that it raised."""
    key = SigningKey.from_seed("witness.example/present", bytes(range(2, 34)))
    path = f"/api/supervision/v1/ledger/{TENANT}"
    body = {"verifier_key": str(key.cosigner), "title": "县审计局", "kind": "county"}
    witness = system.call("supervision", "POST", f"{path}/witnesses", Role.COUNTY_ADMIN, body)
    note = sign(Refusal(f"linli.example/{TENANT}", Reason.SHRUNK, b"", b""), key)
    answer = system.clients["supervision"].post(f"/api/public/v1/ledger/{TENANT}/refusals", content=note.encode())
    assert answer.status_code == 204, answer.text
    alarms = system.call("supervision", "GET", f"{path}/alarms?state=open", Role.COUNTY_ADMIN)["items"]
    raised = next(item for item in alarms if item["kind"] == "shrunk")
    return {"witness_id": witness["id"], "alarm_id": raised["id"]}


def _flag(system: System) -> str:
    """A red flag of 花坪村, as a rule would have raised it."""

    async def keep() -> str:
        url = system.databases["supervision"].owner_url.replace("postgresql+asyncpg://", "postgresql://")
        connection = await asyncpg.connect(url)
        try:
            made = await connection.fetchval(
                "INSERT INTO flag (tenant, id, rule, key, severity, division, state, subjects, entries, facts, thresholds,"
                " happened_at, raised_at) VALUES ($1, gen_random_uuid(), 'bulk_rating', 'contract', 'medium', $2, 'open',"
                " '{}', '[0]', '{}', '{}', now(), now()) RETURNING id",
                TENANT,
                VILLAGE,
            )
        finally:
            await connection.close()
        return str(made)

    return asyncio.run(keep())


def _disclosures(system: System) -> dict[str, Any]:
    """A published disclosure with a file and a question, and a draft."""
    path = "/api/supervision/v1/disclosures"
    order = {"division": VILLAGE, "item": "accounts", "title": "三月收支"}
    made, draft = (system.call("supervision", "POST", path, Role.BOOKKEEPER, order) for _ in range(2))
    one = f"{path}/{made['id']}"
    sent = system.clients["supervision"].post(
        f"{one}/files", files={"file": ("bill.png", PICTURE)}, headers=system.auth(Role.BOOKKEEPER)
    )
    made = sent.json()
    for step, role in (("submit", Role.BOOKKEEPER), ("check", Role.SUPERVISOR), ("publish", Role.VILLAGE_OFFICIAL)):
        version = {"If-Match": f'"{made["version"]}"'}
        made = system.call("supervision", "POST", f"{one}/{step}", role, {}, **version)
    questions = f"/api/public/v1/disclosures/{made['id']}/questions"
    asked = system.clients["supervision"].post(questions, json={"text": "水费为什么多？"}).json()
    waiting = system.call("supervision", "GET", "/api/supervision/v1/disclosure-questions", Role.SUPERVISOR)["items"]
    return {
        "disclosure_id": made["id"],
        "disclosure_file_id": made["files"][0]["id"],
        "disclosure_draft_id": draft["id"],
        "question_token": asked["token"],
        "question_id": next(one["id"] for one in waiting if one["disclosure_id"] == made["id"]),
    }


def _deliberation(system: System) -> dict[str, Any]:
    """A talk that was opened, with a paper."""
    path = "/api/supervision/v1/deliberations"
    order = {"division": VILLAGE, "procedure": "talk", "title": "村口的路", "matter": "修村口的路"}
    made = system.call("supervision", "POST", path, Role.CLERK, order)
    sent = system.clients["supervision"].post(
        f"{path}/{made['id']}/files", files={"file": ("topic.png", PICTURE)}, headers=system.auth(Role.CLERK)
    )
    return {"deliberation_id": made["id"], "deliberation_file_id": sent.json()["steps"][0]["files"][0]["id"]}


def _certificate_case(system: System, matter: str, resident: str) -> dict[str, Any]:
    """A certificate of residence that waits for its seal."""
    opened = system.call("desk", "POST", f"{DESK}/cases", Role.CLERK, {"matter_id": matter, "applicant_id": resident})
    path = f"{DESK}/cases/{opened['id']}"

    def read() -> dict[str, Any]:
        found: dict[str, Any] = system.call("desk", "GET", path, Role.CLERK)
        return found

    def command(method: str, leaf: str, body: Any, role: Role = Role.CLERK) -> None:
        system.call("desk", method, f"{path}{leaf}", role, body, **{"If-Match": f'"{read()["version"]}"'})

    case = read()
    schema = case["form_schema"]
    form = {name: _sample(field) for name, field in schema["properties"].items() if name in schema.get("required", [])}
    command("PATCH", "", {"form": form | {key: value for key, value in case["form"].items() if value is not None}})
    first, *others = case["materials"]
    uploaded = system.clients["desk"].post(
        f"{path}/materials", files={"file": ("id.png", PICTURE)}, data={"material_id": first["id"]},
        headers={**system.auth(Role.CLERK), "If-Match": f'"{read()["version"]}"'},
    )  # fmt: skip
    assert uploaded.status_code == 201, uploaded.text
    for material in others:
        command("PUT", f"/materials/{material['id']}", {"state": "original_checked"})
    command("POST", "/accept", {})
    for _ in range(6):
        case = read()
        if any(document["state"] == "awaiting_seal" for document in case["documents"]):
            return case
        step = next(item for item in case["steps"] if item["state"] == "ready")
        ends = step["kind"] in ("decide", "approve")
        body = {"outcome": "approved" if ends else "pass", "comment": "属实"}
        command("POST", "/decide" if ends else f"/steps/{step['key']}/complete", body, Role(step["role"]))
    raise AssertionError(json.dumps(case["steps"], ensure_ascii=False))


def _skipped(system: System, window: str) -> str:
    """A ticket that missed its call."""
    system.call("desk", "POST", f"{DESK}/tickets", Role.CLERK, {})
    ticket = system.call("desk", "POST", f"{DESK}/windows/{window}/call-next", Role.CLERK)["ticket"]
    system.call("desk", "POST", f"{DESK}/windows/{window}/skip", Role.CLERK)
    return str(ticket["id"])


def _draft(system: System) -> str:
    """A draft of a new matter."""
    begun = system.call("desk", "POST", f"{DESK}/matter-drafts", Role.COUNTY_ADMIN, {"name": "试拟事项"})
    return str(begun["id"])


def _sample(field: dict[str, Any]) -> Any:
    if "enum" in field:
        return field["enum"][0]
    if "oneOf" in field:
        return field["oneOf"][0]["const"]
    if field.get("format") == "date":
        return "2020-01-01"
    return {"integer": 1, "number": 1, "boolean": True, "array": []}.get(str(field.get("type")), "花坪村3组")


def _signature_and_pad(system: System, case: str, window: str) -> dict[str, Any]:
    """A signature of the case, and a pad that is paired with the first window."""
    client = system.clients["desk"]
    signed = client.post(
        f"{DESK}/cases/{case}/signatures", files={"file": ("s.png", PICTURE)}, headers=system.auth(Role.CLERK)
    )
    assert signed.status_code == 201, signed.text
    code = system.call("desk", "POST", f"{DESK}/windows/{window}/pad-code", Role.CLERK)["code"]
    paired = client.post("/api/public/v1/pads", json={"code": code})
    assert paired.status_code == 201, paired.text
    system.call(
        "desk", "POST", f"{DESK}/windows/{window}/pad/tasks", Role.CLERK, {"kind": "signature", "case_id": case}
    )
    return {"signature_id": signed.json()["id"], "pad_token": paired.json()["token"]}


def _whistle(system: System) -> dict[str, Any]:
    """A resident's whistle that the civil affairs office is at work on, with a photograph."""
    facts = {"division": VILLAGE, "category": "welfare", "description": "独居老人家中断水多日", "place": "三组"}
    client = system.clients["desk"]
    sent = client.post("/api/public/v1/whistles", json={**facts, "reporter": {"name": "王五", "phone": "13900004444"}})
    assert sent.status_code == 201, sent.text
    token = sent.json()["token"]
    photo = client.post(f"/api/public/v1/whistles/{token}/photos", files={"file": ("a.png", PICTURE)})
    assert photo.status_code == 201, photo.text
    whistle = system.call("desk", "GET", f"{DESK}/whistles?state=reported", Role.CLERK)["items"][0]["id"]
    lead = {"departments": [{"department": "民政局", "part": "lead"}]}
    steps = (
        (Role.CLERK, "call", {}),
        (Role.TOWNSHIP_OFFICER, "whistle", lead),
        (Role.DEPARTMENT_OFFICER, "report-in", {}),
    )
    for version, (role, command, body) in enumerate(steps, start=1):
        system.call("desk", "POST", f"{DESK}/whistles/{whistle}/{command}", role, body, **{"If-Match": f'"{version}"'})
    return {"whistle_id": whistle, "whistle_token": token, "photo_id": photo.json()["id"]}


def _job(system: System) -> str:
    answer = system.clients["desk"].post(
        f"{DESK}/matters/imports", files={"file": ("m.csv", CATALOGUE.encode())}, headers=system.auth(Role.COUNTY_ADMIN)
    )
    assert answer.status_code == 202, answer.text
    job: str = answer.json()["id"]
    _until(lambda: system.call("desk", "GET", f"{DESK}/jobs/{job}", Role.COUNTY_ADMIN)["state"] in ("done", "failed"))
    return job


def _ledger_entry(system: System) -> int:
    """The first entry, once the log has a signed checkpoint."""
    path = f"/api/supervision/v1/ledger/{TENANT}/checkpoint"
    client = system.clients["supervision"]
    _until(lambda: client.get(path, headers=system.auth(Role.SUPERVISOR)).status_code == 200)
    return 0


def _until(came: Any, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not came():
        assert time.monotonic() < until, "did not come"
        time.sleep(0.05)


def _administration(system: System) -> dict[str, Any]:
    """An account with a post, its session, and a partner."""
    post = {"role": "bookkeeper", "tenants": [TENANT], "divisions": [VILLAGE], "title": "报账员"}
    body = {"username": "contract.test", "name": "测试", "tenant": TENANT, "password": NEW_PASSWORD, "posts": [post]}
    account = system.call("gateway", "POST", f"{AUTH}/accounts", Role.SYSTEM_ADMIN, body)
    raised = {"role": "county_admin", "tenants": [TENANT], "divisions": [TENANT], "title": "管理员"}
    second = {**body, "username": "contract.second", "posts": [raised]}
    proposed = system.call("gateway", "POST", f"{AUTH}/accounts", Role.SYSTEM_ADMIN, second)["proposals"]
    sessions = system.call("gateway", "GET", f"{AUTH}/sessions", Role.SYSTEM_ADMIN)["items"]
    clients = system.call("gateway", "GET", f"{AUTH}/clients", Role.SYSTEM_ADMIN)["items"]
    profiles = system.call("gateway", "GET", f"{AUTH}/profiles", Role.SYSTEM_ADMIN)
    return {
        "account_id": account["id"],
        "post_id": account["posts"][0]["id"],
        "proposal_id": proposed[0]["id"],
        "session_id": sessions[0]["id"],
        "row_id": clients[0]["id"],
        "profile_id": profiles["items"][0]["id"],
    }


def _people(system: System, resident: str) -> dict[str, Any]:
    """What hangs on people: a likely duplicate, a merge, a move to the other county, a former name and a further phone."""
    base = "/api/registry/v1"

    def clerk(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return system.call("registry", method, f"{base}/{path}", Role.CLERK, body, **headers)

    def person(name: str) -> str:
        body = {
            "name": name,
            "division": VILLAGE,
            "presence": "registered_here",
            "sex": "1",
            "birth_date": "1971-03-04",
        }
        made: str = clerk("POST", "residents", body)["id"]
        return made

    twin, merged, kept, mover = person("孪小同"), person("孪小同"), person("归小一"), person("迁小远")
    merge = clerk("POST", "duplicates/merges", {"kept_id": kept, "absorbed_id": person("归小一"), "reason": "同一人"})
    scan = clerk("POST", "duplicates/scans", {"division": VILLAGE})["id"]
    _until(lambda: clerk("GET", f"jobs/{scan}")["state"] in ("done", "failed"))
    pairs = clerk("GET", "duplicates")["items"]
    house = clerk("POST", "households", {"division": VILLAGE, "head_id": mover, "date": "2026-01-05"})
    order = {"household_id": house["id"], "people": [mover], "to_division": FOREIGN_VILLAGE}
    return {
        "single_id": person("单小身"),
        "twin_id": twin,
        "merged_id": merged,
        "merge_id": merge["id"],
        "pair_id": pairs[0]["id"],
        "scan_id": scan,
        "transfer_id": clerk("POST", "transfers", order)["id"],
        "name_id": clerk("POST", f"residents/{resident}/former-names", {"name": "张阿桂"})["id"],
        "phone_id": clerk("POST", f"residents/{resident}/phones", {"phone": "13900002222"})["id"],
    }


def _places(system: System) -> dict[str, Any]:
    """A grid with somebody in charge, an area of it, a dwelling, and a list of people on its way in and out."""

    def call(method: str, path: str, body: Any = None, role: Role = Role.CLERK) -> Any:
        return system.call("registry", method, f"/api/registry/v1/{path}", role, body)

    def keep(path: str, body: Any) -> Any:
        return call("POST", path, body, Role.VILLAGE_OFFICIAL)["id"]

    grid = keep("grids", {"division": VILLAGE, "code": "T-1", "name": "测试网格"})
    uploaded = system.clients["registry"].post(
        "/api/registry/v1/imports", files=PEOPLE_FILE, data={"division": VILLAGE}, headers=system.auth(Role.CLERK)
    )
    assert uploaded.status_code == 201, uploaded.text
    call("POST", "exports", {"purpose": "人口抽查", "format": "csv"})
    return {
        "grid_id": grid,
        "person_id": keep(f"grids/{grid}/people", {"post": "building_head", "name": "钱六", "since": "2026-01-05"}),
        "area_id": keep("areas", {"name": "测试片区", "kind": "other", "grids": [grid]}),
        "dwelling_id": call("POST", "dwellings", {"division": VILLAGE, "address": "花坪村3组11号"})["id"],
        "import_id": uploaded.json()["id"],
        "export_id": call("GET", "exports")["items"][0]["id"],
    }
