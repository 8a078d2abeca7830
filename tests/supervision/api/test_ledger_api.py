"""The log over HTTP: what anybody may check, what staff may read, and that it recomputes in any client."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from linli_kernel.database import Database, HotQuery
from linli_kernel.ids import new_id
from linli_supervision.ledger import merkle
from linli_supervision.ledger.note import VerifierKey, open_checkpoint
from linli_supervision.ledger.verify import Unreachable, verify

from tests.supervision.conftest import Service
from tests.supervision.logs import connected

PUBLIC = "/api/public/v1/ledger/421202"
STAFF = "/api/supervision/v1/ledger/421202"
PERSON, OTHER, CASE, ACTOR = (str(new_id()) for _ in range(4))


def act(action: str = "resident.read", *, person: str = PERSON, division: str = "421202104221", **more: Any) -> Any:
    return {
        "actor": ACTOR,
        "role": "clerk",
        "action": action,
        "object_kind": "resident",
        "object_id": person,
        "people": [person],
        "division": division,
        "purpose": "核对高龄津贴",
        "case_id": CASE,
        "outcome": "ok",
        "detail": {},
    } | more


async def _entries(service: Service, role: str = "supervisor", **params: Any) -> dict[str, Any]:
    answer = await service.client.get(f"{STAFF}/entries", params=params, headers=service.auth(role))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_log_is_public_and_signed_before_its_first_entry(service: Service) -> None:
    key = VerifierKey.parse((await service.client.get(f"{PUBLIC}/key")).json()["verifier_key"])
    answer = await service.client.get(f"{PUBLIC}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert open_checkpoint(answer.content, key).size == 0
    assert key.name == "linli.example/421202"


async def test_a_batch_that_is_delivered_twice_is_entered_once(service: Service) -> None:
    await service.deliver([act(), act("resident.reveal")])
    await service.linli.database.pool.execute("UPDATE inbox SET updated_at = now()")
    event = {
        "specversion": "1.0",
        "source": "/registry",
        "type": "cn.linli.act.v1",
        "subject": "",
        "time": service.clock.now().isoformat(),
        "tenant": "421202",
        "data": act(),
    }
    again = [event | {"id": str(new_id()), "sequence": number} for number in (1, 2)]
    headers = {"X-Linli-Source": "registry", "X-Linli-Tenant": "421202", "X-Linli-After": "0", "X-Linli-Upto": "2"}
    answer = await service.client.post(
        "/internal/v1/events", content=json.dumps(again), headers=headers | service.auth("service")
    )
    assert answer.status_code == 204
    assert [entry["action"] for entry in (await _entries(service))["items"]] == ["resident.reveal", "resident.read"]


async def test_a_client_recomputes_the_leaf_and_its_inclusion(service: Service) -> None:
    await service.deliver([act(person=str(new_id())) for _ in range(300)] + [act()])
    entry = (await service.client.get(f"{STAFF}/entries/300", headers=service.auth("supervisor"))).json()
    leaf = base64.b64decode(entry["leaf"])
    leaf_hash = hashlib.sha256(b"\x00" + leaf).digest()
    assert base64.b64encode(leaf_hash).decode() == entry["leaf_hash"]
    proof = (await service.client.get(f"{PUBLIC}/proofs/inclusion", params={"entry": "300"})).json()
    assert proof["leaf_hash"] == entry["leaf_hash"]
    key = VerifierKey.parse((await service.client.get(f"{PUBLIC}/key")).json()["verifier_key"])
    signed = open_checkpoint(proof["checkpoint"].encode(), key)
    path = [base64.b64decode(digest) for digest in proof["proof"]]
    merkle.verify_inclusion(300, signed.size, leaf_hash, path, signed.root)
    salt = base64.b64decode(entry["salt"])
    said = json.loads(leaf)
    assert ["person", hmac.digest(salt, f"person:{PERSON}".encode(), "sha256").hex()] in said["refs"]
    content = base64.b64decode(entry["content"])
    assert said["content"] == hmac.digest(salt, b"content:" + content, "sha256").hex()
    assert json.loads(content)["data"]["purpose"] == "核对高龄津贴"


@pytest.mark.parametrize("entries", [3, 300, 700])
async def test_a_proof_costs_two_round_trips_whatever_the_size(
    service: Service, entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.deliver([act()] * entries)
    asked: list[object] = []
    fetch = Database.fetch_all  # every autocommit read ends here

    def counting(self: Database, query: object, *rest: object) -> Any:
        if isinstance(query, HotQuery):
            asked.append(query)
        return fetch(self, query, *rest)

    monkeypatch.setattr(Database, "fetch_all", counting)
    answer = await service.client.get(f"{PUBLIC}/proofs/inclusion?entry=1")
    assert answer.status_code == 200
    assert len(asked) == 2


async def test_an_entry_is_found_by_its_source_and_number(service: Service) -> None:
    await service.deliver([act(), act()])
    by_index = (await service.client.get(f"{PUBLIC}/proofs/inclusion?entry=1")).json()
    by_name = (await service.client.get(f"{PUBLIC}/proofs/inclusion?entry=registry:2")).json()
    assert by_index == by_name
    assert (await service.client.get(f"{PUBLIC}/proofs/inclusion?entry=registry:9")).status_code == 404


async def test_growth_is_proved_between_any_two_sizes(service: Service) -> None:
    roots = {}
    for step in (3, 254, 300):
        await service.deliver([act()] * step)
        proof = (await service.client.get(f"{PUBLIC}/proofs/consistency?from=0")).json()
        roots[proof["size"]] = base64.b64decode(proof["root"])
    for first, second in ((3, 257), (3, 557), (257, 557)):
        answer = await service.client.get(f"{PUBLIC}/proofs/consistency?from={first}&to={second}")
        path = [base64.b64decode(digest) for digest in answer.json()["proof"]]
        merkle.verify_consistency(first, second, roots[first], roots[second], path)
    same = await service.client.get(f"{STAFF}/proofs/consistency?from=3", headers=service.auth("clerk"))
    assert same.json()["size"] == 557


async def test_tiles_are_served_with_lasting_headers_and_only_up_to_the_checkpoint(service: Service) -> None:
    await service.deliver([act()] * 300)
    full = await service.client.get(f"{PUBLIC}/tile/0/000")
    assert len(full.content) == 8192
    assert "immutable" in full.headers["cache-control"]
    assert full.headers["content-type"] == "application/octet-stream"
    partial = await service.client.get(f"{PUBLIC}/tile/0/001.p/44")
    assert partial.headers["cache-control"] == "public, max-age=60"
    assert len(partial.content) == 44 * 32
    above = await service.client.get(f"{PUBLIC}/tile/1/000.p/1")
    assert len(above.content) == 32
    for beyond in ("0/001.p/45", "0/001", "1/000.p/2", "2/000.p/1", "0/0", "entries/000", "x/y"):
        assert (await service.client.get(f"{PUBLIC}/tile/{beyond}")).status_code == 404


async def test_entries_are_filtered_by_person_actor_case_action_and_time(service: Service) -> None:
    await service.deliver([act(), act("resident.reveal", person=OTHER, actor=str(new_id()), case_id=None)])
    for wanted, found in (
        ({"person": PERSON}, [0]),
        ({"person": OTHER}, [1]),
        ({"actor": ACTOR}, [0]),
        ({"case": CASE}, [0]),
        ({"object": OTHER}, [1]),
        ({"action": "resident.reveal"}, [1]),
        ({"person": PERSON, "actor": str(new_id())}, []),
        ({"person": PERSON, "actor": ACTOR, "case": CASE}, [0]),
        ({"from": service.clock.now().isoformat()}, [1, 0]),
        ({"to": service.clock.now().isoformat()}, []),
    ):
        assert [entry["index"] for entry in (await _entries(service, **wanted))["items"]] == found, wanted


async def test_pages_follow_one_another_without_gap_or_double(service: Service) -> None:
    await service.deliver([act()] * 7)
    seen: list[int] = []
    params: dict[str, Any] = {"limit": 3}
    while True:
        body = await _entries(service, **params)
        seen += [entry["index"] for entry in body["items"]]
        if body["next_cursor"] is None:
            break
        params["cursor"] = body["next_cursor"]
    assert seen == [6, 5, 4, 3, 2, 1, 0]


async def test_actors_are_named_when_the_gateway_answers(service: Service) -> None:
    service.neighbours.names[ACTOR] = "王丽"
    await service.deliver([act()])
    service.neighbours.down = True
    assert (await _entries(service))["items"][0]["actor"] == {"id": ACTOR, "name": None}
    service.neighbours.down = False
    assert (await _entries(service))["items"][0]["actor"] == {"id": ACTOR, "name": "王丽"}


async def test_a_supervisor_sees_its_own_village_and_an_auditor_the_county(service: Service) -> None:
    await service.deliver([act(), act(division="421202104222"), act(division="")])
    assert [entry["index"] for entry in (await _entries(service))["items"]] == [0]
    for role in ("auditor", "county_admin"):
        assert [entry["index"] for entry in (await _entries(service, role))["items"]] == [2, 1, 0]
    for index, status in ((0, 200), (1, 404), (2, 404), (99, 404)):
        answer = await service.client.get(f"{STAFF}/entries/{index}", headers=service.auth("supervisor"))
        assert answer.status_code == status


async def test_who_looks_into_the_log_is_itself_recorded(service: Service) -> None:
    await service.deliver([act()])
    await _entries(service, person=PERSON)
    (recorded,) = await service.outbox("cn.linli.act")
    assert (recorded["action"], recorded["people"]) == ("ledger.search", [PERSON])


async def test_an_entry_whose_salt_was_destroyed_still_has_its_proof(service: Service) -> None:
    await service.deliver([act()])
    async with connected(service.database.owner_url) as owner:
        await owner.execute("DELETE FROM ledger_subject")
    entry = (await service.client.get(f"{STAFF}/entries/0", headers=service.auth("supervisor"))).json()
    assert (entry["salt"], entry["content"], entry["people"], entry["actor"]) == (None, None, None, None)
    assert (await service.client.get(f"{PUBLIC}/proofs/inclusion?entry=0")).status_code == 200


async def test_odd_questions_get_orderly_answers(service: Service) -> None:
    for path, status in (
        (f"{PUBLIC}/proofs/inclusion", 422),
        (f"{PUBLIC}/proofs/inclusion?entry=-1", 422),
        (f"{PUBLIC}/proofs/inclusion?entry=abc", 422),
        (f"{PUBLIC}/proofs/inclusion?entry=99999", 404),
        (f"{PUBLIC}/proofs/inclusion?entry=0&size=0", 422),
        (f"{PUBLIC}/proofs/inclusion?entry=0&size=5", 404),
        (f"{PUBLIC}/proofs/inclusion?entry=0&x=1", 422),
        (f"{PUBLIC}/proofs/inclusion?entry=registry:999999999999999", 404),
        (f"{PUBLIC}/proofs/consistency", 422),
        (f"{PUBLIC}/proofs/consistency?from=-1", 422),
        (f"{PUBLIC}/proofs/consistency?from=5", 404),
        (f"{PUBLIC}/proofs/consistency?from=1&to=0", 404),
        (f"{PUBLIC}/checkpoint?x=1", 422),
        (f"{PUBLIC}/tile/entries/000", 404),
        ("/api/public/v1/ledger/999999/checkpoint", 404),
        ("/api/public/v1/ledger/A/checkpoint", 422),
        ("/api/public/v1/ledger/999999/key", 404),
    ):
        answer = await service.client.get(path)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_malformed_filters_are_refused(service: Service) -> None:
    for query in (
        "person=x",
        "from=yesterday",
        "from=2026-01-01T00:00:00",
        "to=0001-01-01T00:00:00%2B23:59",
        "limit=0",
        "limit=201",
        "cursor=%25",
        "cursor=WyI5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSJd",
        "name=x",
        "object=%00",
    ):
        answer = await service.client.get(f"{STAFF}/entries?{query}", headers=service.auth("auditor"))
        assert answer.status_code == 422, (query, answer.text)


async def test_the_public_verifier_accepts_the_log_and_its_growth(service: Service, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    await service.deliver([act()] * 300)
    first = await verify("http://linli.test", "421202", state=state, client=service.client)
    assert first.sound, first.lines()
    assert first.notices, "the key was trusted on first use"
    await service.deliver([act()] * 500)
    second = await verify("http://linli.test", "421202", state=state, client=service.client)
    assert second.sound, second.lines()
    assert second.checkpoint is not None
    assert second.checkpoint.size == 800


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE ledger_tile SET hashes = set_byte(hashes, 777, get_byte(hashes, 777) # 1) WHERE number = 1", "tile/0/001"),
        ("UPDATE ledger_tile SET root = sha256(root) WHERE number = 1", "tile/1/000.p/3"),
        ("UPDATE ledger_entry SET leaf_hash = sha256(leaf_hash) WHERE index = 790", "tile/0/003.p/32"),
        ("DELETE FROM ledger_tile WHERE number = 2", "tile/0/002"),
        ("UPDATE ledger_checkpoint SET note = set_byte(note, 30, 65) WHERE size = 800", "checkpoint"),
        ("DELETE FROM ledger_checkpoint WHERE size = 800", "checkpoint 0"),
    ],
)  # fmt: skip
async def test_the_public_verifier_names_what_was_changed(
    service: Service, tmp_path: Path, statement: str, place: str
) -> None:
    state = tmp_path / "state.json"
    await service.deliver([act()] * 800)
    assert (await verify("http://linli.test", "421202", state=state, client=service.client)).sound
    async with connected(service.database.owner_url) as owner:
        await owner.execute(statement)
    report = await verify("http://linli.test", "421202", state=state, client=service.client)
    assert place in {finding.place for finding in report.findings}, report.lines()


async def test_another_key_than_the_trusted_one_is_noticed(service: Service) -> None:
    stranger = VerifierKey("linli.example/421202", bytes(32))
    report = await verify("http://linli.test", "421202", key=str(stranger), client=service.client)
    assert "key" in {finding.place for finding in report.findings}


async def test_a_log_that_does_not_answer_is_neither_sound_nor_tampered() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as client:
        with pytest.raises(Unreachable):
            await verify("http://nowhere.test", "421202", client=client)


async def test_the_systems_own_log_is_for_its_administrator_and_for_auditors(service: Service) -> None:
    administrator = {"role": "system_admin", "division": "", "object_kind": "account", "people": [], "case_id": None}
    await service.deliver([act("account.disable") | administrator], tenant="*")
    path = "/api/supervision/v1/ledger/system/entries"
    for role in ("system_admin", "auditor"):
        found = (await service.client.get(path, headers=service.auth(role))).json()["items"]
        assert "account.disable" in [entry["action"] for entry in found]
    for role in ("supervisor", "county_admin"):
        assert (await service.client.get(path, headers=service.auth(role))).status_code == 404
    assert (await service.client.get(path, headers=service.auth("clerk"))).status_code == 403
    county = await service.client.get(f"{STAFF}/entries", headers=service.auth("system_admin"))
    assert county.status_code == 404, "an administrator of the system sees no county's log"
    key = VerifierKey.parse((await service.client.get("/api/public/v1/ledger/system/key")).json()["verifier_key"])
    checkpoint = await service.client.get("/api/public/v1/ledger/system/checkpoint")
    assert open_checkpoint(checkpoint.content, key).size == 1
