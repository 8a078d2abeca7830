"""The main job by API: an allowance and a certificate from the hall window to the phone, and the proof after.

The same drivers run in both counties: who does which step is read from the case, never written here.
"""

import base64
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

ALLOWANCE = "80周岁以上老年人高龄津贴发放"
CERTIFICATE = "居住情况证明"
ELDER = "张桂兰"
BANK_CARD = "6217001234567890128"

SignIn = Callable[[str], Any]


@dataclass(frozen=True)
class Hall:
    """A demo village and the accounts that work for it."""

    village: str

    def account(self, role: str) -> str:
        size = {"township_officer": 9, "department_officer": 6, "county_admin": 6, "auditor": 4}.get(role, 12)
        return f"{role}.{self.village[:size]}"

    @property
    def tenant(self) -> str:
        return self.village[:6]


HUAPING = Hall("421202104221")
GUQIAO = Hall("511681002001")
HALLS = pytest.mark.parametrize("hall", [HUAPING, GUQIAO], ids=["xianning", "huaying"])


def find_matter(clerk: Any, name: str) -> dict[str, Any]:
    found = clerk.http.get("/api/desk/v1/matters", params={"q": name}).json()["items"]
    return next(matter for matter in found if matter["name"] == name and matter["state"] == "published")


def find_elder(clerk: Any, village: str) -> dict[str, Any]:
    found = clerk.post("/api/registry/v1/residents/search", {"q": ELDER})["items"]
    return next(person for person in found if person["division"] == village)


def open_case(clerk: Any, matter: str, resident: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    opened = clerk.post(
        "/api/desk/v1/cases",
        {"matter_id": find_matter(clerk, matter)["id"], "applicant_id": resident["id"]},
        expect=201,
    )
    case = read(clerk, opened["id"])
    edited = clerk.call("PATCH", f"/api/desk/v1/cases/{case['id']}", {"form": form}, version=case["version"])
    assert edited.is_success
    return read(clerk, case["id"])


def read(caller: Any, case_id: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/api/desk/v1/cases/{case_id}")
    return found


def command(caller: Any, case_id: str, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    path = f"/api/desk/v1/cases/{case_id}/{name}"
    moved: dict[str, Any] = caller.post(path, body or {}, version=read(caller, case_id)["version"])
    return moved


def bring_materials(clerk: Any, case_id: str) -> None:
    for material in read(clerk, case_id)["materials"]:
        path = f"/api/desk/v1/cases/{case_id}/materials/{material['id']}"
        version = read(clerk, case_id)["version"]
        clerk.call("PUT", path, {"state": "original_checked"}, version=version)


def handle(sign_in: SignIn, hall: Hall, case_id: str, *, until: str = "decided") -> None:
    """Let whoever is responsible complete each waiting step, until the case is decided."""
    clerk = sign_in(hall.account("clerk"))
    for _ in range(12):
        case = read(clerk, case_id)
        if case["state"] == until:
            return
        step = next(step for step in case["steps"] if step["state"] == "ready")
        officer = sign_in(hall.account(step["role"]))
        if step["kind"] in ("decide", "approve"):
            command(officer, case_id, "decide", {"outcome": "approved", "comment": "符合条件"})
        else:
            command(officer, case_id, f"steps/{step['key']}/complete", {"outcome": "pass", "comment": "入户核实属实"})
    pytest.fail("the case was never decided")


def pause_and_resume(officer: Any, clerk: Any, case_id: str) -> None:
    """A second notice, while the case is handled, needs a reason and stops the clock until it is answered."""
    items = [{"text": "请补充代领人的联系电话"}]
    path, version = f"/api/desk/v1/cases/{case_id}/supplement", read(officer, case_id)["version"]
    clerk.post(path, {"items": items, "reason": "再问一次"}, version=version, expect=403)
    paused = command(officer, case_id, "supplement", {"items": items, "reason": "入户时发现由长子代领"})
    assert paused["clock"]["state"] == "paused"
    assert command(clerk, case_id, "resume")["clock"]["state"] == "green"


def paper(caller: Any, case_id: str, kind: str) -> tuple[dict[str, Any], bytes]:
    found = [item for item in read(caller, case_id)["documents"] if item["kind"] == kind]
    content = caller.call("GET", found[-1]["href"]).content
    return found[-1], content


def page(pdf: bytes) -> tuple[str, list[str]]:
    """Return the text and the QR codes that foreign readers find in a paper."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join("".join(sheet.get_textpage().get_text_bounded() for sheet in document).split())
        codes = [code.text for sheet in document for code in zxingcpp.read_barcodes(sheet.render(scale=2.5).to_pil())]
    return text, codes


def eventually(found: Callable[[], Any], within_seconds: float = 20) -> Any:
    """Return what `found` returns once it is true: events travel between the services in their own time."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


@HALLS
def test_an_elders_allowance_goes_from_the_window_to_the_residents_phone(
    hall: Hall, signed_in: SignIn, public: Any
) -> None:
    clerk = signed_in(hall.account("clerk"))
    elder = find_elder(clerk, hall.village)
    assert "*" in elder["identity_masked"]
    case = open_case(clerk, ALLOWANCE, elder, {"bank_account": BANK_CARD})
    noticed = command(clerk, case["id"], "supplement")
    assert noticed["state"] == "supplement"
    assert len(read(clerk, case["id"])["supplements"]) == 1
    bring_materials(clerk, case["id"])
    command(clerk, case["id"], "resume")
    accepted = command(clerk, case["id"], "accept")
    assert accepted["clock"]["state"] == "green"
    pause_and_resume(signed_in(hall.account("township_officer")), clerk, case["id"])
    facts, pdf = paper(clerk, case["id"], "receipt")
    text, codes = page(pdf)
    assert ALLOWANCE in text
    assert facts["number"] in text
    assert codes
    assert codes[0].endswith(f"/v/{facts['token']}")
    handle(signed_in, hall, case["id"])
    command(clerk, case["id"], "deliver", {"channel": "window"})
    followed = public.get(f"/api/public/v1/receipts/{facts['token']}")
    assert ELDER not in str(followed), "a receipt on a phone shows no full name"
    assert public.get(f"/api/public/v1/verifications/{facts['token']}")
    rating = f"/api/public/v1/evaluations/{facts['token']}"
    public.post(rating, {"level": 5, "comment": "办得快"})
    public.post(rating, {"level": 1}, expect=409)


@HALLS
def test_a_certificate_bears_the_signature_of_every_custodian(
    hall: Hall, signed_in: SignIn, custodian: Callable[[str], Any], public: Any
) -> None:
    clerk, official = signed_in(hall.account("clerk")), signed_in(hall.account("village_official"))
    form = {"since": "2010-03-01", "purpose": "办理公租房申请", "recipient": "区住房保障中心"}
    case = open_case(clerk, CERTIFICATE, find_elder(clerk, hall.village), form)
    bring_materials(clerk, case["id"])
    command(clerk, case["id"], "accept")
    handle(signed_in, hall, case["id"])
    facts, draft = paper(clerk, case["id"], "residence_certificate")
    assert facts["state"] == "awaiting_seal"
    assert "预览未用印" in page(draft)[0], "what is shown before the seal binds nobody"
    unsigned = seal_it(hall, clerk, official, custodian, case["id"], facts["id"])
    assert signatures(unsigned) == []
    assert "预览" not in page(unsigned)[0], "what the custodians sign is the paper itself"
    sealed = eventually(lambda: _sealed(clerk, case["id"]))
    assert "预览" not in page(sealed)[0]
    seals = official.get("/api/supervision/v1/seals")["items"]
    pieces = next(seal["pieces"] for seal in seals if seal["division"] == hall.village)
    assert signatures(sealed) == [True] * pieces
    assert sealed.startswith(unsigned), "a signature is appended; no byte before it is written anew"
    assert sealed[len(unsigned) :].count(b"%%EOF") == pieces, "each custodian's signature is a revision of its own"
    assert public.get(f"/api/public/v1/verifications/{facts['token']}")


def seal_it(
    hall: Hall, clerk: Any, official: Any, custodian: Callable[[str], Any], case_id: str, document_id: str
) -> bytes:
    """Request and approve a use of the seal (never the same person), open it together and sign in turn.

    Returns the bytes that were approved.
    """
    seals = official.get("/api/supervision/v1/seals")["items"]
    seal = next(seal for seal in seals if seal["division"] == hall.village)
    uses = f"/api/supervision/v1/seals/{seal['id']}/uses"
    use = clerk.post(uses, {"case_id": case_id, "document_id": document_id, "purpose": "出具居住情况证明"})
    path = f"{uses}/{use['id']}"
    unsigned: bytes = official.call("GET", f"{path}/document").content
    holders = [custodian(f"custodian{number}.{hall.village}") for number in range(1, seal["pieces"] + 1)]
    for holder in holders:
        holder.register(seal["id"])
    move_use(official, path, "approve")
    for holder in holders:
        move_use(holder.caller, path, "open")
    for holder in holders:
        told = holder.caller.get(f"{path}/to-be-signed")
        move_use(holder.caller, path, "sign", {"signature": holder.signature(base64.b64decode(told["data"]))})
    assert official.get(path)["state"] == "sealed"
    return unsigned


def move_use(caller: Any, path: str, name: str, body: dict[str, Any] | None = None) -> None:
    caller.post(f"{path}/{name}", body or {}, version=caller.get(path)["version"])


def _sealed(caller: Any, case_id: str) -> bytes | None:
    facts, content = paper(caller, case_id, "residence_certificate")
    return content if facts["state"] == "sealed" else None


def signatures(pdf: bytes) -> list[bool]:
    """Return whether poppler finds each signature valid, in order."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        told = subprocess.run(["pdfsig", "-nocert", file.name], capture_output=True, text=True, check=False).stdout
    return ["is Valid" in line for line in told.splitlines() if "Signature Validation" in line]


def test_a_certificate_the_village_must_not_issue_names_who_does(signed_in: SignIn) -> None:
    clerk = signed_in(HUAPING.account("clerk"))
    found = clerk.http.get("/api/desk/v1/matters", params={"q": "婚姻状况"}).json()["items"]
    refused = next(matter for matter in found if matter["state"] == "refused")
    assert "婚姻登记" in refused["refused"]["issuer"]
    clerk.post(
        "/api/desk/v1/cases",
        {"matter_id": refused["id"], "applicant_id": find_elder(clerk, HUAPING.village)["id"]},
        expect=409,
    )


def test_one_county_finds_nothing_of_another(signed_in: SignIn) -> None:
    ours, theirs = signed_in(HUAPING.account("clerk")), signed_in(GUQIAO.account("clerk"))
    elder = find_elder(ours, HUAPING.village)
    theirs.get(f"/api/registry/v1/residents/{elder['id']}", expect=404)
    found = theirs.post("/api/registry/v1/residents/search", {"q": ELDER})["items"]
    assert {person["division"] for person in found} == {GUQIAO.village}
    cases = ours.get("/api/desk/v1/cases")["items"]
    for case in cases[:5]:
        theirs.get(f"/api/desk/v1/cases/{case['id']}", expect=404)


def test_the_supervisor_finds_the_look_at_a_number_in_the_ledger(signed_in: SignIn, public: Any) -> None:
    clerk, supervisor = signed_in(HUAPING.account("clerk")), signed_in(HUAPING.account("supervisor"))
    elder = find_elder(clerk, HUAPING.village)
    shown = clerk.post(
        f"/api/registry/v1/residents/{elder['id']}/reveal",
        {"fields": ["identity_number"], "purpose": "verify_identity"},
    )
    number = shown["values"]["identity_number"]
    ledger = f"/api/supervision/v1/ledger/{HUAPING.tenant}/entries"
    entries = eventually(lambda: supervisor.http.get(ledger, params={"action": "resident.reveal"}).json()["items"])
    assert number not in str(entries)
    checkpoint = f"/api/public/v1/ledger/{HUAPING.tenant}/checkpoint"
    eventually(lambda: int(public.call("GET", checkpoint).text.splitlines()[1]) > entries[0]["index"])
    proof = f"/api/public/v1/ledger/{HUAPING.tenant}/proofs/inclusion?entry={entries[0]['index']}"
    assert public.get(proof)
