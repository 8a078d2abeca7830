"""A seal of rubber over the API: founded, closed in, opened by all, stamped with, closed into the next envelope, recorded."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from linli_kernel.ids import new_id
from linli_supervision import demo_seals
from linli_supervision.commands import demo_account
from linli_supervision.seals.opening import lapse_due
from PIL import Image

from tests.pictures import PICTURE
from tests.supervision.conftest import Service
from tests.supervision.people import Custodian, pdfsig
from tests.supervision.sealing import API, Hall

STAMPS = [
    {"title": "村级道路养护合同", "copies": 3, "impressions": 6},
    {"title": "低保公示", "copies": 1, "impressions": 1},
]
FIRST = "鄂咸封第0001号"


def photograph() -> bytes:
    """A picture whose camera wrote beside it where it was taken."""
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "花坪村手机"
    Image.new("RGB", (40, 30), "white").save(made, "JPEG", exif=exif)
    return made.getvalue()


class Safe(Hall):
    """The people around the seal of rubber of the same village; its custodians' keys are their own."""

    async def found(self, *, close: bool = True) -> None:
        names = [{"id": str(demo_account(f"custodian{n}.{self.village}")), "name": f"保管人{n}", "role": "custodian", "title": f"第{n}片岗"} for n in (1, 2, 3)]  # fmt: skip
        self.service.neighbours.holders = names
        body = {
            "division": self.village, "name": "花坪村公章（实物）", "method": "envelope",
            "custodians": [one["id"] for one in names], "resolution": "村民代表会议〔2026〕第9号", "resolved_on": "2020-03-01",
        }  # fmt: skip
        officer = self.auth("township_officer", divisions=[self.village[:9]])
        change = (await self.service.client.post(f"{API}/seals", json=body, headers=officer)).json()
        headers = self.auth("supervisor") | {"If-Match": '"1"'}
        done = await self.service.client.post(f"{API}/seal-changes/{change['id']}/confirm", headers=headers)
        assert done.status_code == 200, done.text
        self.seal_id = change["seal_id"]
        self.custodians = [Custodian() for _ in names]
        for position in (1, 2, 3):
            assert (await self.register(position)).status_code == 201
        if close:
            assert (await self.enclose(FIRST)).status_code == 201

    async def enclose(self, number: str, role: str = "supervisor", **claims: Any) -> httpx.Response:
        return await self.service.client.post(
            f"{API}/seals/{self.seal_id}/envelopes", data={"number": number},
            files={"file": ("seal.jpg", photograph())}, headers=self.auth(role, **claims),
        )  # fmt: skip

    async def ask(self, documents: list[dict[str, Any]] | None = None, **body: Any) -> httpx.Response:
        wanted = {"purpose": "合同用印", "documents": documents or STAMPS} | body
        path = f"{API}/seals/{self.seal_id}/paper-uses"
        return await self.service.client.post(path, json=wanted, headers=self.auth("clerk"))

    async def snap(self, use: str, position: int = 1, content: bytes | None = None) -> httpx.Response:
        files = {"file": ("seal.jpg", content or photograph())}
        path = f"{API}/uses/{use}/photographs"
        return await self.service.client.post(path, files=files, headers=self.custodian_auth(position))

    async def present(self) -> str:
        """A use whose custodians stand before the safe."""
        asked = (await self.ask()).json()
        await self.post(asked["id"], "approve", self.auth("village_official"), asked["version"])
        for position in (1, 2, 3):
            answer = await self.post(asked["id"], "open", self.custodian_auth(position))
            assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "present"
        use: str = asked["id"]
        return use

    async def unseal(self, use: str, number: str | None = FIRST, condition: str = "whole") -> httpx.Response:
        said: dict[str, Any] = {"condition": condition} | ({"number": number} if number else {})
        return await self.post(use, "unseal", self.custodian_auth(2), **said)

    async def unsealed(self) -> str:
        use = await self.present()
        assert (await self.snap(use)).status_code == 201
        answer = await self.unseal(use)
        assert (answer.status_code, answer.json()["state"]) == (200, "unsealed"), answer.text
        return use

    async def reclose(self, use: str, number: str = "XN-0002", copies: int = 3) -> httpx.Response:
        lines = [{"line": 1, "copies": copies, "impressions": 6}, {"line": 2, "copies": 1, "impressions": 1}]
        return await self.post(use, "reclose", self.custodian_auth(3), number=number, documents=lines)

    async def reclosed(self) -> str:
        use = await self.unsealed()
        assert (await self.snap(use, 3)).status_code == 201
        answer = await self.reclose(use)
        assert (answer.status_code, answer.json()["state"]) == (200, "reclosed"), answer.text
        return use

    async def seal(self, role: str = "supervisor") -> dict[str, Any]:
        answer = await self.service.client.get(f"{API}/seals/{self.seal_id}", headers=self.auth(role))
        body: dict[str, Any] = answer.json()
        return body

    async def chain(self, leaf: str = "envelopes", role: str = "auditor") -> list[dict[str, Any]]:
        answer = await self.service.client.get(f"{API}/seals/{self.seal_id}/{leaf}", headers=self.auth(role))
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
async def safe(service: Service) -> Safe:
    made = Safe(service)
    await made.found()
    return made


async def test_an_opening_ends_in_the_next_envelope_with_a_record_that_all_custodians_signed(
    safe: Safe, tmp_path: Path
) -> None:
    use = await safe.reclosed()
    for position in (1, 2, 3):
        assert (await safe.sign(use, position)).status_code == 200
    state = await safe.state(use)
    assert (state["state"], state["method"], state["case_id"]) == ("sealed", "envelope", None)
    paper = state["paper"]
    assert (paper["opened_number"], paper["closed_number"]) == (FIRST, "XN-0002")
    assert [one["copies_made"] for one in paper["documents"]] == [3, 1]
    assert [one["moment"] for one in paper["photographs"]] == ["opening", "closing"]
    assert (paper["overdue"], paper["incidents"]) == (False, [])
    fetched = await safe.internal_document(use)
    assert sha256(fetched.content).hexdigest() == state["sealed_sha256"]
    assert pdfsig(fetched.content, tmp_path).count("Signature Validation: Signature is Valid.") == 3
    chain = await safe.chain()
    assert [(one["sequence"], one["cause"], one["follows"]) for one in chain] == [(2, "use", True), (1, "first", True)]
    assert (chain[1]["opened_by"], chain[1]["purpose"]) == (use, "合同用印")
    assert (await safe.seal())["envelope"] | {"closed_at": ""} == {
        "state": "closed", "sequence": 2, "number": "XN-0002", "closed_at": "", "may_close": False,
    }  # fmt: skip
    types = [one["type"].split(".")[-2] for one in await safe.service.outbox("cn.linli.supervision.seal-use.")]
    assert types == ["requested", "approved", *["opened"] * 3, "unsealed", "reclosed", *["signed"] * 3, "enclosed"]


async def test_a_photograph_is_kept_encrypted_and_without_what_the_camera_wrote(safe: Safe) -> None:
    use = await safe.unsealed()
    kept = (await safe.state(use))["paper"]["photographs"][0]
    path = f"{API}/seal-photographs/{kept['id']}"
    shown = await safe.service.client.get(path, headers=safe.auth("auditor"))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert sha256(shown.content).hexdigest() == kept["sha256"]
    assert not Image.open(BytesIO(shown.content)).getexif()
    stored = await safe.service.linli.database.pool.fetch("SELECT content FROM seal_photograph")
    assert all(b"JFIF" not in row["content"] and row["content"][:2] != b"\xff\xd8" for row in stored)
    elsewhere = safe.auth("clerk", divisions=["421202104222"])
    assert (await safe.service.client.get(path, headers=elsewhere)).status_code == 404


@pytest.mark.parametrize(
    ("condition", "number", "kind"),
    [("broken", FIRST, "broken"), ("missing", None, "missing"), ("whole", "XN-9999", "other_number")],
)
async def test_an_envelope_that_is_not_as_it_was_closed_ends_the_use_and_is_an_incident(
    safe: Safe, condition: str, number: str | None, kind: str
) -> None:
    use = await safe.present()
    if condition != "missing":
        assert (await safe.unseal(use, number, condition)).json()["code"] == "supervision.seal_photograph_missing"
        await safe.snap(use)
    answer = await safe.unseal(use, number, condition)
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    (incident,) = await safe.chain("incidents")
    assert (incident["kind"], incident["use_id"], incident["expected"]) == (kind, use, FIRST)
    (event,) = await safe.service.outbox("cn.linli.supervision.seal-incident.")
    assert (event["kind"], event["use_id"], event["sequence"]) == (kind, use, 1)
    assert (await safe.ask()).json()["code"] == "supervision.envelope_not_ready"
    own = await safe.enclose("XN-0002", "township_officer", sub=demo_account(f"custodian1.{safe.village}"))
    assert own.status_code == 403, "a custodian never closes it anew"
    assert (await safe.seal())["envelope"]["may_close"]
    assert (await safe.enclose("XN-0002")).status_code == 201
    assert [one["cause"] for one in await safe.chain()] == ["anew", "first"]
    assert (await safe.ask()).status_code == 201


async def test_a_seal_that_is_out_for_too_long_shows_and_is_recorded_once(safe: Safe) -> None:
    use = await safe.unsealed()
    safe.service.clock.move(timedelta(minutes=60))
    assert (await safe.state(use))["paper"]["overdue"]
    assert await lapse_due(safe.service.linli.database) == 1
    assert await lapse_due(safe.service.linli.database) == 0
    state = await safe.state(use)
    assert (state["state"], state["paper"]["overdue"]) == ("unsealed", True)
    assert [(one["kind"], one["by_name"]) for one in state["paper"]["incidents"]] == [("overdue", "")]
    await safe.snap(use)
    assert (await safe.reclose(use)).status_code == 200
    for position in (1, 2, 3):
        assert (await safe.sign(use, position)).status_code == 200
    assert (await safe.state(use))["paper"]["overdue"], "it stays to be seen afterwards"


async def test_more_than_was_approved_is_recorded_and_is_an_incident(safe: Safe) -> None:
    use = await safe.unsealed()
    await safe.snap(use)
    answer = (await safe.reclose(use, copies=4)).json()
    assert [one["kind"] for one in answer["paper"]["incidents"]] == ["excess"]
    assert answer["paper"]["documents"][0]["copies_made"] == 4


async def test_a_custodian_who_does_not_sign_the_record_disputes_it(safe: Safe) -> None:
    use = await safe.reclosed()
    assert (await safe.sign(use, 1)).status_code == 200
    answer = await safe.post(use, "refuse", safe.custodian_auth(2), reason="多盖了一份")
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert [one["kind"] for one in answer.json()["paper"]["incidents"]] == ["disputed"]
    assert (await safe.seal())["envelope"]["state"] == "closed"


async def test_a_lost_key_ends_a_record_that_nobody_can_finish(safe: Safe) -> None:
    use = await safe.reclosed()
    path = f"{API}/seals/{safe.seal_id}/custodians/2/key/lost"
    answer = await safe.service.client.post(path, json={"reason": "lost"}, headers=safe.custodian_auth(2))
    assert answer.status_code == 201, answer.text
    state = await safe.state(use)
    assert (state["state"], [one["kind"] for one in state["paper"]["incidents"]]) == ("refused", ["key_lost"])


async def test_an_envelope_number_is_used_once_and_every_line_is_accounted_for(safe: Safe) -> None:
    use = await safe.unsealed()
    assert (await safe.reclose(use)).json()["code"] == "supervision.seal_photograph_missing"
    await safe.snap(use)
    assert (await safe.reclose(use, number=FIRST)).json()["code"] == "supervision.envelope_number_used"
    line = [{"line": 1, "copies": 1, "impressions": 1}]
    answer = await safe.post(use, "reclose", safe.custodian_auth(1), number="XN-0002", documents=line)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/documents")
    other = await safe.present()
    await safe.snap(other)
    assert (await safe.unseal(other)).json()["code"] == "supervision.envelope_not_ready", "it is out for another use"


async def test_the_two_methods_are_not_mixed(safe: Safe) -> None:
    assert (await safe.request()).json()["code"] == "supervision.seal_method"
    hall = Hall(safe.service)
    await hall.register_all()
    path = f"{API}/seals/{hall.seal_id}"
    body = {"purpose": "合同用印", "documents": STAMPS}
    refused = await safe.service.client.post(f"{path}/paper-uses", json=body, headers=hall.auth("clerk"))
    assert (refused.status_code, refused.json()["code"]) == (409, "supervision.seal_method")
    electronic = (await hall.request()).json()
    answer = await safe.post(electronic["id"], "unseal", safe.custodian_auth(1), condition="missing")
    assert answer.json()["code"] == "supervision.seal_method"


async def test_only_custodians_act_and_only_photographs_are_taken(safe: Safe) -> None:
    use = await safe.present()
    stranger = safe.auth("custodian", sub=new_id())
    for command, said in (("unseal", {"condition": "missing"}), ("reclose", {"number": "X-1", "documents": []})):
        for headers, status in ((stranger, (404, 422)), (safe.auth("clerk"), (403,))):
            answer = await safe.post(use, command, headers, **said)
            assert answer.status_code in status, (command, answer.text)
    assert (await safe.snap(use, content=b"%PDF-1.7 no picture")).status_code == 422
    assert (await safe.snap(use, content=PICTURE)).status_code == 201
    assert (await safe.unseal(use, number="<script>")).status_code == 422


async def test_what_names_peoples_numbers_or_an_unseen_case_is_not_asked_for(safe: Safe) -> None:
    numbered = [{"title": "张三 421202199001011234 证明", "copies": 1, "impressions": 1}]
    answer = await safe.ask(numbered)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/documents/0/title")
    case_id, _ = safe.service.neighbours.put_document()
    unseen = [{"title": "证明", "copies": 1, "impressions": 1, "case_id": str(new_id())}]
    assert (await safe.ask(unseen)).status_code == 404
    seen = [{"title": "证明", "copies": 1, "impressions": 1, "case_id": str(case_id)}, STAMPS[0]]
    use = (await safe.ask(seen)).json()
    found = await safe.service.client.get(f"{API}/uses?case_id={case_id}", headers=safe.auth("clerk"))
    assert [one["id"] for one in found.json()["items"]] == [use["id"]]
    assert UUID(use["document_id"]) == UUID(use["id"])
    assert json.dumps(use["paper"]["documents"][0], ensure_ascii=False).count("证明") == 1


async def test_the_demos_seal_of_rubber_has_a_whole_chain_and_records_that_verify(
    service: Service, tmp_path: Path
) -> None:
    linli = service.linli
    profile = linli.profiles.for_tenant(demo_seals.TENANT)
    for made in (1, 0):
        assert await demo_seals.seed_paper_seal(linli.database, linli.keyring, profile, linli.clock.now()) == made
    safe = Safe(service, village=demo_seals.VILLAGE)
    answer = await service.client.get(f"{API}/seals", headers=safe.auth("supervisor"))
    (seal,) = answer.json()["items"]
    safe.seal_id = seal["id"]
    assert (seal["method"], seal["envelope"]["number"]) == ("envelope", demo_seals.NUMBERS[-1])
    chain = await safe.chain()
    assert [(one["number"], one["follows"]) for one in chain[::-1]] == [(n, True) for n in demo_seals.NUMBERS]
    state = await safe.state(chain[1]["opened_by"])
    assert (state["state"], len(state["paper"]["photographs"]), state["paper"]["overdue"]) == ("sealed", 2, False)
    said = pdfsig((await safe.internal_document(state["id"])).content, tmp_path)
    assert said.count("Signature is Valid") == len(seal["custodians"])
