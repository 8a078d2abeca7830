"""What a log takes from its witnesses, shows of them, and how it behaves when they saw something else."""

import base64
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from linli_supervision.ledger.keys import signing_key
from linli_supervision.ledger.note import (
    COSIGNATURE,
    Checkpoint,
    Link,
    SigningKey,
    VerifierKey,
    open_checkpoint,
    verified,
)
from linli_supervision.ledger.sequencer import grow
from linli_supervision.ledger.verify import verify
from linli_supervision.witnesses.home import Home
from linli_supervision.witnesses.refusal import Reason, Refusal, sign

from tests.supervision.conftest import Service
from tests.supervision.logs import TENANT, append_many, connected
from tests.supervision.witnessing import URL, look, make_home

LEDGER = f"/api/supervision/v1/ledger/{TENANT}"
PUBLIC = f"/api/public/v1/ledger/{TENANT}"
ACT = {"action": "resident.read", "role": "clerk", "object_kind": "resident", "object_id": "x", "division": TENANT}


async def register(service: Service, key: VerifierKey, title: str = "咸安区审计局") -> str:
    body = {"verifier_key": str(key), "title": title, "kind": "county"}
    answer = await service.client.post(
        f"{LEDGER}/witnesses", json=body, headers=service.auth("county_admin", divisions=[TENANT])
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
async def home(service: Service, tmp_path: Path) -> Home:
    """A registered witness that has not looked yet, over a log of a few entries."""
    made = make_home(tmp_path / "witness")
    await register(service, made.key.cosigner)
    await service.deliver([ACT] * 300)
    return made


async def items(service: Service, path: str) -> list[dict[str, object]]:
    answer = await service.client.get(path, headers=service.auth("county_admin", divisions=[TENANT]))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


async def test_a_cosignature_is_shown_with_its_checkpoint(service: Service, home: Home) -> None:
    assert await look(service, home) == "signed"
    note = (await service.client.get(f"{PUBLIC}/checkpoint")).content
    text, held = verified(note, [home.key.cosigner])
    assert len(held) == 1
    shown = (await items(service, f"{PUBLIC}/checkpoints"))[0]
    assert shown["size"] == Checkpoint.parse(text).size
    assert shown["note"] == note.decode()
    assert [one["title"] for one in shown["cosigned_by"]] == ["咸安区审计局"]  # type: ignore[attr-defined]
    witness = (await items(service, f"{PUBLIC}/witnesses"))[0]
    assert (witness["size"], witness["state"], witness["note"]) == (shown["size"], "well", note.decode())


async def test_the_newest_cosigned_checkpoint_stays_while_the_log_grows(service: Service, home: Home) -> None:
    assert (await service.client.get(f"{PUBLIC}/cosigned-checkpoint")).status_code == 404
    await look(service, home)
    signed = (await service.client.get(f"{PUBLIC}/checkpoint")).content
    await service.deliver([ACT])
    assert (await service.client.get(f"{PUBLIC}/checkpoint")).content != signed
    assert (await service.client.get(f"{PUBLIC}/cosigned-checkpoint")).content == signed
    assert await look(service, home) == "signed"
    assert await look(service, home) == "unchanged"


async def test_a_stranger_s_signature_is_not_taken(service: Service, home: Home, tmp_path: Path) -> None:
    assert await look(service, make_home(tmp_path / "stranger", "stranger.example")) == "unreachable"
    plain = (await service.client.get(f"{PUBLIC}/checkpoint")).content
    answer = await service.client.post(f"{PUBLIC}/cosignatures", content=plain)
    assert (answer.status_code, answer.json()["code"]) == (403, "supervision.witness_unknown")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"a\n1\nAAAA\n\n\xe2\x80\x94 a AAAAAAAA\n", b"\xff" * 70_000])
async def test_what_is_no_checkpoint_of_this_log_is_refused(service: Service, home: Home, body: bytes) -> None:
    assert (await service.client.post(f"{PUBLIC}/cosignatures", content=body)).status_code == 422
    assert (await service.client.post(f"{PUBLIC}/refusals", content=body)).status_code == 403


async def test_a_checkpoint_that_the_log_never_signed_as_its_own_raises_an_alarm(service: Service, home: Home) -> None:
    key = await log_key(service)
    other = key.sign(Checkpoint(key.name, 300, bytes(32)).text)
    note = other + home.key.cosign(other.partition("\n\n")[0] + "\n", 1_790_000_000)
    for _ in range(2):
        answer = await service.client.post(f"{PUBLIC}/cosignatures", content=note.encode())
        assert (answer.status_code, answer.json()["code"]) == (409, "supervision.split_view")
    alarms = await items(service, f"{LEDGER}/alarms")
    assert [(one["kind"], one["place"], one["state"]) for one in alarms] == [("split_view", "checkpoint 300", "open")]
    assert alarms[0]["facts"]["seen"] == note  # type: ignore[index]
    acts = [act for act in await service.outbox("cn.linli.act") if act["action"] == "ledger.alarm"]
    assert [act["detail"]["kind"] for act in acts] == ["split_view"]


async def test_the_same_tree_signed_as_of_another_time_is_another_history(service: Service, home: Home) -> None:
    key = await log_key(service)
    served = (await service.client.get(f"{PUBLIC}/checkpoint")).content
    signed = open_checkpoint(served, key.verifier)
    assert signed.link is not None
    dated = Link(signed.link.time + timedelta(seconds=1), signed.link.previous).lines
    text = Checkpoint(signed.origin, signed.size, signed.root, dated).text
    note = key.sign(text) + home.key.cosign(text, 1_790_000_000)
    answer = await service.client.post(f"{PUBLIC}/cosignatures", content=note.encode())
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.split_view")
    async with connected(service.database.owner_url) as owner:
        assert await owner.fetchval("SELECT count(*) FROM ledger_cosignature") == 0


async def log_key(service: Service) -> SigningKey:
    async with service.linli.database.pool.acquire() as connection:
        return await signing_key(connection, service.linli.keyring, TENANT, service.clock.now())


async def cut_off(owner: asyncpg.Connection, size: int) -> None:
    """Bring the log back to how it was, as an older backup would."""
    for table in ("ledger_cosignature", "ledger_checkpoint"):
        await owner.execute(f"DELETE FROM {table} WHERE tenant = $1 AND size > $2", TENANT, size)
    for table in ("ledger_reference", "ledger_subject", "ledger_entry"):
        await owner.execute(f"DELETE FROM {table} WHERE tenant = $1 AND index >= $2", TENANT, size)
    await owner.execute("DELETE FROM ledger_tile WHERE tenant = $1 AND (number + 1) * 256 > $2", TENANT, size)
    await owner.execute("UPDATE inbox SET last_seq = $2 WHERE tenant = $1 AND source = 'registry'", TENANT, size)


async def test_a_restored_older_ledger_is_noticed_by_witness_and_verifier(
    service: Service, home: Home, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    await service.deliver([ACT] * 5)
    assert await look(service, home) == "signed"
    report = await verify(URL, TENANT, state=state, client=service.client)
    assert report.sound, report.lines()
    async with connected(service.database.owner_url) as owner:
        await cut_off(owner, 300)
    assert await look(service, home) == "refused"
    report = await verify(URL, TENANT, state=state, client=service.client)
    assert {finding.place for finding in report.findings} == {"checkpoint 300"}, report.lines()
    # Grown past what was seen, with other entries: now it is a fork.
    await service.deliver([ACT] * 9)
    assert await look(service, home) == "refused"
    report = await verify(URL, TENANT, state=state, client=service.client)
    assert not report.sound
    kinds = [one["kind"] for one in await items(service, f"{LEDGER}/alarms")]
    assert kinds == ["split_view", "shrunk"]


@pytest.mark.parametrize("stage", ["entries read", "tiles written", "checkpoint written"])
async def test_a_fail_over_in_the_middle_of_signing_is_noticed_by_nobody(
    service: Service, home: Home, stage: str
) -> None:
    class Crash(Exception):
        pass

    async def crash(reached: str) -> None:
        if reached == stage:
            raise Crash

    assert await look(service, home) == "signed"
    async with connected(service.database.app_url) as first:
        await append_many(first, 301, 300)
        with pytest.raises(Crash):
            await grow(first, TENANT, await log_key(service), service.clock.now(), crash)
    # The process is gone; another one goes on from what is durable.
    await service.sign()
    assert await look(service, Home(home.folder)) == "signed"
    report = await verify(URL, TENANT, client=service.client)
    assert report.sound, report.lines()
    assert report.checkpoint is not None
    assert report.checkpoint.size == 600


async def test_the_verifier_says_who_cosigned_and_asks_for_no_county(service: Service, home: Home) -> None:
    await look(service, home)
    key = await log_key(service)
    report = await verify(URL, TENANT, key=str(key.verifier), witnesses=[str(home.key.cosigner)], client=service.client)
    assert report.sound, report.lines()
    assert any("咸安区审计局 已共签" in notice for notice in report.notices)


async def test_the_verifier_names_a_trusted_witness_that_is_gone_or_exchanged(service: Service, home: Home) -> None:
    await look(service, home)
    absent = SigningKey.create("absent.example/w").cosigner
    report = await verify(URL, TENANT, witnesses=[str(absent)], client=service.client)
    assert {finding.place for finding in report.findings} == {"witness absent.example/w"}
    exchanged = SigningKey.create(home.watched.name).cosigner
    report = await verify(URL, TENANT, witnesses=[str(exchanged)], client=service.client)
    assert f"witness {home.watched.name}" in {finding.place for finding in report.findings}


async def test_the_verifier_finds_every_changed_byte_of_a_cosignature(service: Service, home: Home) -> None:
    await look(service, home)
    async with connected(service.database.owner_url) as owner:
        for at in (0, 7, 8, 40, 71):
            flip = f"set_byte(signature, {at}, get_byte(signature, {at}) # 1)"
            await owner.execute(f"UPDATE ledger_cosignature SET signature = {flip}")
            report = await verify(URL, TENANT, client=service.client)
            assert f"witness {home.watched.name}" in {finding.place for finding in report.findings}, at
            await owner.execute(f"UPDATE ledger_cosignature SET signature = {flip}")
    assert (await verify(URL, TENANT, client=service.client)).sound


async def test_a_cosignature_that_is_taken_away_is_missed_by_who_saw_it(
    service: Service, home: Home, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    await look(service, home)
    await service.deliver([ACT])
    await look(service, home)
    assert (await verify(URL, TENANT, state=state, client=service.client)).sound
    async with connected(service.database.owner_url) as owner:
        # The older one stays: it holds, and vouches for the beginning only.
        await owner.execute("DELETE FROM ledger_cosignature WHERE size = 301")
    report = await verify(URL, TENANT, client=service.client)
    assert report.sound
    assert any("1 later entries" in notice for notice in report.notices), report.lines()
    report = await verify(URL, TENANT, state=state, client=service.client)
    assert {finding.place for finding in report.findings} == {f"witness {home.watched.name}"}
    assert "301" in report.findings[0].en


@pytest.mark.parametrize("time", [253_402_300_800, 2**63])
async def test_a_time_that_nobody_can_mean_is_no_cosignature(service: Service, home: Home, time: int) -> None:
    """A witness that signs nonsense stops neither the log nor who verifies it."""
    note = (await service.client.get(f"{PUBLIC}/checkpoint")).text
    line = home.key.cosign(note.partition("\n\n")[0] + "\n", time)
    answer = await service.client.post(f"{PUBLIC}/cosignatures", content=(note + line).encode())
    assert (answer.status_code, answer.json()["code"]) == (403, "supervision.witness_unknown")


@pytest.mark.parametrize("served", [b"\0\0", b"x\n" + b"9" * 5000 + b"\nAAAA\n\n"])
async def test_a_refusal_is_heard_whatever_the_witness_was_served(service: Service, home: Home, served: bytes) -> None:
    told = sign(Refusal("linli.example/421202", Reason.UNSIGNED, b"", served), home.key)
    assert (await service.client.post(f"{PUBLIC}/refusals", content=told.encode())).status_code == 204
    assert [one["kind"] for one in await items(service, f"{LEDGER}/alarms")] == ["unsigned"]


async def test_a_split_view_between_witness_and_reader_is_named(service: Service, home: Home) -> None:
    """The log shows this reader a history that its witness never saw."""
    await look(service, home)
    key = await log_key(service)
    other = key.sign(Checkpoint(key.name, 300, bytes(32)).text)
    async with connected(service.database.owner_url) as owner:
        line = home.key.cosign(other.partition("\n\n")[0] + "\n", 1_790_000_000)
        raw = base64.b64decode(line.split(" ")[2])[4:]
        await owner.execute("UPDATE ledger_cosignature SET size = 0, signature = $1 WHERE size = 300", raw)
        await owner.execute(
            "UPDATE ledger_checkpoint SET note = $1 WHERE size = 0 AND tenant = $2", other.encode(), TENANT
        )
    report = await verify(URL, TENANT, client=service.client)
    assert any("split view" in finding.en for finding in report.findings), report.lines()


async def test_a_retired_witness_is_kept_but_not_heard_any_more(service: Service, home: Home) -> None:
    await look(service, home)
    witness = (await items(service, f"{PUBLIC}/witnesses"))[0]
    path = f"{LEDGER}/witnesses/{witness['id']}/retire"
    auth = service.auth("county_admin", divisions=[TENANT])
    assert (await service.client.post(path, headers=auth)).status_code == 428
    assert (await service.client.post(path, headers={**auth, "If-Match": '"7"'})).status_code == 412
    answer = await service.client.post(path, headers={**auth, "If-Match": '"1"'})
    assert (answer.status_code, answer.json()["state"]) == (200, "retired")
    assert (await service.client.post(path, headers={**auth, "If-Match": '"2"'})).status_code == 409
    await service.deliver([ACT])
    assert await look(service, home) == "unreachable"
    assert (await service.client.get(f"{PUBLIC}/cosigned-checkpoint")).status_code == 200


async def test_only_the_county_s_administrator_registers_a_witness_of_the_own_log(service: Service, home: Home) -> None:
    key = SigningKey.create("another.example/w").cosigner
    body = {"verifier_key": str(key), "title": "村务监督委员会", "kind": "committee"}
    for role in ("supervisor", "auditor", "system_admin", "clerk"):
        assert (
            await service.client.post(f"{LEDGER}/witnesses", json=body, headers=service.auth(role))
        ).status_code == 403
    admin = service.auth("county_admin", divisions=[TENANT])
    elsewhere = await service.client.post("/api/supervision/v1/ledger/511681/witnesses", json=body, headers=admin)
    assert elsewhere.status_code == 404
    assert (await service.client.post(f"{LEDGER}/witnesses", json=body)).status_code == 401
    for wrong in ({"verifier_key": str(SigningKey.create("x").verifier)}, {"kind": "friend"}, {"title": ""}):
        answer = await service.client.post(f"{LEDGER}/witnesses", json={**body, **wrong}, headers=admin)
        assert answer.status_code == 422, wrong
    again = {**body, "verifier_key": str(home.key.cosigner)}
    assert (await service.client.post(f"{LEDGER}/witnesses", json=again, headers=admin)).status_code == 409


async def test_a_witness_s_key_in_the_answer_is_one_that_a_foreign_verifier_reads(service: Service, home: Home) -> None:
    shown = str((await items(service, f"{PUBLIC}/witnesses"))[0]["verifier_key"])
    name, key_id, raw = shown.split("+", 2)
    assert base64.b64decode(raw)[0] == COSIGNATURE
    assert name == home.watched.name
    assert key_id == home.key.cosigner.id.hex()
