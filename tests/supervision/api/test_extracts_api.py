"""An extract convinces somebody who has nothing but the extract and the posted keys."""

import asyncio
import base64
import copy
import json
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linli_kernel.ids import new_id
from linli_supervision.extracts.words import Words
from linli_supervision.ledger.findings import Exit
from linli_supervision.ledger.note import SigningKey
from linli_supervision.ledger.verify import main
from linli_supervision.ledger.verify_extract import NoExtract, verify_extract

from tests.supervision.api.test_witnesses_api import register
from tests.supervision.conftest import Service
from tests.supervision.logs import TENANT, connected
from tests.supervision.witnessing import look, make_home

LEDGER = f"/api/supervision/v1/ledger/{TENANT}"
VILLAGE = "421202104221"
WORDS = Path(__file__).parents[3] / "frontend/src/modules/ledger/locale/acts.json"
PERSON = str(new_id())
ACT = {
    "actor": str(new_id()), "role": "clerk", "action": "resident.reveal", "object_kind": "resident", "object_id": PERSON,
    "people": [PERSON], "division": VILLAGE, "purpose": "handle_case", "outcome": "ok", "detail": {"fields": ["phone"]},
}  # fmt: skip


@pytest.fixture
async def extract(service: Service, tmp_path: Path) -> dict[str, Any]:
    home = make_home(tmp_path / "witness")
    await register(service, home.key.cosigner)
    await service.deliver([ACT] * 20)
    assert await look(service, home) == "signed"
    await service.deliver([ACT])
    answer = await service.client.get(f"{LEDGER}/entries/7/extract", headers=service.auth("supervisor"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def judged(extract: dict[str, Any], **keys: Any) -> set[str]:
    return {finding.place for finding in verify_extract(json.dumps(extract).encode(), **keys).findings}


async def test_an_extract_is_checked_off_line_with_the_witness_s_key(extract: dict[str, Any], tmp_path: Path) -> None:
    witness = extract["witnesses"][0]["verifier_key"]
    report = verify_extract(json.dumps(extract).encode(), key=extract["log"]["verifier_key"], witnesses=[witness])
    assert report.sound, report.lines()
    assert any("咸安区审计局" in notice for notice in report.notices)
    file = tmp_path / "extract.json"
    file.write_text(json.dumps(extract), "utf-8")
    assert await asyncio.to_thread(main, ["--extract", str(file)]) == Exit.SOUND
    file.write_text("{}", "utf-8")
    assert await asyncio.to_thread(main, ["--extract", str(file)]) == Exit.UNREACHABLE


async def test_the_checkpoint_of_an_extract_is_one_that_a_witness_signed(extract: dict[str, Any]) -> None:
    assert extract["checkpoint"].count("\n— ") == 2
    assert extract["inclusion"]["size"] >= 20


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("entry", "action"), "resident.read"),
        (("entry", "role"), "auditor"),
        (("entry", "division"), "421202104222"),
        (("entry", "time"), "2026-11-22T00:00:00+08:00"),
        (("entry", "source_seq"), 9),
        (("entry", "index"), 8),
        (("entry", "id"), "registry:9"),
        (("entry", "kind"), "event"),
        (("entry", "purpose"), "contact"),
        (("entry", "detail"), {"fields": ["identity_number"]}),
        (("entry", "object_kind"), "household"),
        (("entry", "object_id"), "01a20197-0000-7000-8000-000000000009"),
        (("entry", "case_id"), "01a20197-0000-7000-8000-000000000009"),
        (("entry", "object_id"), None),
        (("entry", "salt"), None),
        (("entry", "salt"), "AAAA"),
        (("entry", "content"), "AAAA"),
        (("inclusion", "proof"), []),
    ],
)
async def test_what_is_said_otherwise_is_named(extract: dict[str, Any], path: tuple[str, str], value: Any) -> None:
    changed = copy.deepcopy(extract)
    changed[path[0]][path[1]] = value
    assert judged(changed, key=extract["log"]["verifier_key"]) & {"entry 7", "entry 8"}


async def _page(service: Service, index: int) -> str:
    answer = await service.client.get(f"{LEDGER}/entries/{index}/extract.pdf", headers=service.auth("supervisor"))
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))


async def test_an_extract_tells_an_erasure_from_a_removal(service: Service, extract: dict[str, Any]) -> None:
    """What stood beside the entry is gone; only an entry of the log makes that an erasure."""
    assert extract["erased_by"] is None
    async with connected(service.database.owner_url) as owner:
        await owner.execute("DELETE FROM ledger_subject WHERE tenant = $1 AND index = 7", TENANT)
    path = f"{LEDGER}/entries/7/extract"
    gone = (await service.client.get(path, headers=service.auth("supervisor"))).json()
    assert (gone["erased_by"], judged(gone)) == (None, {"entry 7"})
    assert "账本中没有删除的记载" in await _page(service, 7)
    said = {
        "action": "ledger.erase",
        "role": "system",
        "object_kind": "ledger",
        "object_id": TENANT,
        "division": TENANT,
    }
    await service.deliver([{**said, "detail": {"entries": [[2, 3], [7, 7]]}}], source="supervision")
    told = (await service.client.get(path, headers=service.auth("supervisor"))).json()
    assert (told["erased_by"], judged(told)) == (21, set())
    assert any("names entry 21" in notice for notice in verify_extract(json.dumps(told).encode()).notices)
    assert "第 21 条记有此次删除" in await _page(service, 7)
    # An extract of an older version does not say: it is told as gone, not as lawful.
    del told["erased_by"]
    report = verify_extract(json.dumps(told).encode())
    assert report.sound
    assert any("is gone" in notice for notice in report.notices)


async def test_the_explanation_says_what_is_signed(extract: dict[str, Any]) -> None:
    """By the paper's own words: all above the empty line, each line with its end."""
    text, _, lines = extract["checkpoint"].partition("\n\n")
    own = next(line for line in lines.splitlines() if line.startswith(f"— {extract['log']['origin']} "))
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(extract["log"]["public_key"]))
    key.verify(base64.b64decode(own.split()[2])[4:], f"{text}\n".encode())
    assert any("空行以上的全部原文" in paragraph for paragraph in extract["explanation"])


async def test_a_missing_witness_or_another_key_is_named(extract: dict[str, Any]) -> None:
    stranger = SigningKey.create("stranger.example/w")
    assert judged(extract, witnesses=[str(stranger.cosigner)]) == {"witness stranger.example/w"}
    other = SigningKey.create(extract["log"]["origin"])
    assert judged(extract, key=str(other.verifier)) == {"checkpoint"}


async def test_any_changed_byte_of_what_is_proven_is_found(extract: dict[str, Any]) -> None:
    key, witness = extract["log"]["verifier_key"], extract["witnesses"][0]["verifier_key"]

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def campaign(data: st.DataObject) -> None:
        changed = copy.deepcopy(extract)
        part = data.draw(st.sampled_from(["leaf", "content", "salt", "checkpoint", "proof"]))
        holder: Any = changed["entry"] if part in ("leaf", "content", "salt") else changed
        name: Any = part
        if part == "proof":
            holder = changed["inclusion"]["proof"]
            name = data.draw(st.integers(0, len(holder) - 1))
        text = holder[name]
        at = data.draw(st.integers(0, len(text) - 1))
        new = data.draw(st.sampled_from("ABCDabcd0123+/").filter(lambda c: c != text[at]))
        holder[name] = text[:at] + new + text[at + 1 :]
        try:
            # A letter of base64 may stand for bits that are not used; then the bytes are the same.
            assert judged(changed, key=key, witnesses=[witness]) or _same_bytes(holder[name], text)
        except (NoExtract, ValueError):
            return

    campaign()


def _same_bytes(one: str, other: str) -> bool:
    return "\n" not in other and base64.b64decode(one) == base64.b64decode(other)


async def test_the_paper_says_it_in_chinese_and_is_recorded(service: Service, extract: dict[str, Any]) -> None:
    answer = await service.client.get(f"{LEDGER}/entries/7/extract.pdf", headers=service.auth("supervisor"))
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["cache-control"] == "no-store"
    acts = [act for act in await service.outbox("cn.linli.act") if act["action"] == "ledger.extract"]
    assert [(act["detail"]["format"], act["people"]) for act in acts] == [("json", [PERSON]), ("pdf", [PERSON])]


async def test_the_paper_prints_words_and_no_codes(service: Service, extract: dict[str, Any]) -> None:
    plain, service.linli.extra["words"] = service.linli.extra["words"], Words(WORDS)
    try:
        answer = await service.client.get(f"{LEDGER}/entries/7/extract.pdf", headers=service.auth("supervisor"))
    finally:
        service.linli.extra["words"] = plain
    with pypdfium2.PdfDocument(answer.content) as document:
        said = "".join(document[0].get_textpage().get_text_bounded().split()).partition("二、条目原文")[0]
    for word in ("岗位综合窗口", "结果办成", "事由办理事项", f"区划花坪村（{VILLAGE}）", "来源登记库第8号"):
        assert word in said
    for code in ("clerk", "handle_case", "代码"):
        assert code not in said


def test_what_a_service_tells_is_said_in_words_like_what_people_do() -> None:
    words = Words(WORDS)
    assert words.action("desk.case.received") == words.action("case.received") == "已收件"
    assert words.action("supervision.seal-use.sealed") == "印章已封存"
    assert (words.source("desk"), words.role("public"), words.outcome("denied")) == ("综合窗口", "公众", "被拒绝")


async def test_extracts_are_for_readers_of_the_entry_only(service: Service, extract: dict[str, Any]) -> None:
    for leaf in ("extract", "extract.pdf"):
        path = f"{LEDGER}/entries/7/{leaf}"
        assert (await service.client.get(path)).status_code == 401
        assert (await service.client.get(path, headers=service.auth("clerk"))).status_code == 403
        elsewhere = service.auth("supervisor", divisions=["421202105201"])
        assert (await service.client.get(path, headers=elsewhere)).status_code == 404
        assert (
            await service.client.get(f"{LEDGER}/entries/x/{leaf}", headers=service.auth("supervisor"))
        ).status_code == 422
