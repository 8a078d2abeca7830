"""A death or a merge in the registry reaches the cases that are under way."""

from typing import Any
from uuid import uuid4

from linli_kernel.identity import Role
from linli_kernel.ids import new_id

from tests.services_desk.conftest import ELDER_FACTS

CERTIFICATE = "居住情况证明"
FORM = {"since": "2010-03-01", "purpose": "办理公租房申请", "recipient": "区住房保障中心"}
DIED = "cn.linli.registry.resident.died.v1"
UNMERGED = "cn.linli.registry.resident.unmerged.v1"
MERGED = "cn.linli.registry.resident.merged.v1"


async def open_for_somebody(clerk: Any, neighbours: Any) -> dict[str, Any]:
    """Open a case for a resident whom no other test knows."""
    resident = str(uuid4())
    neighbours.residents[resident] = ELDER_FACTS
    opened: dict[str, Any] = await clerk.open(CERTIFICATE, form=FORM, applicant_id=resident)
    return opened


async def tell(app: Any, tokens: Any, seq: int, type_: str, data: dict[str, Any]) -> None:
    """Deliver an event of the registry; `seq` says how many were delivered before."""
    event = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/news",
        "type": type_,
        "subject": str(data.get("resident", "")),
        "time": "2026-11-23T10:00:00+08:00",
        "tenant": "421202",
        "sequence": seq,
        "data": data,
    }
    headers = {
        **tokens.auth(Role.SERVICE),
        "Content-Type": "application/cloudevents-batch+json",
        "X-Linli-Source": f"news-{data.get('resident') or data.get('absorbed')}"[:40],
        "X-Linli-Tenant": "421202",
        "X-Linli-After": str(seq - 1),
        "X-Linli-Upto": str(seq),
    }
    answer = await app.state.client.post("/internal/v1/events", json=[event], headers=headers)
    assert answer.status_code == 204, answer.text


async def test_a_death_is_noted_in_the_running_case_once_and_taken_back_with_the_death(
    clerk: Any, neighbours: Any, app: Any, tokens: Any
) -> None:
    case = await open_for_somebody(clerk, neighbours)
    died = {"resident": case["resident_id"], "division": case["division"], "date": "2026-11-20"}
    await tell(app, tokens, 1, DIED, died)
    await tell(app, tokens, 2, DIED, died)
    told = await clerk.case(case["id"])
    assert told["applicant_flag"] == "deceased"
    assert told["version"] == case["version"] + 1
    notes = [entry for entry in told["history"] if entry["command"] == "applicant-died"]
    assert [(note["note"], note["actor_role"]) for note in notes] == [("2026-11-20", "service")]
    await tell(app, tokens, 3, DIED, {**died, "reversed": True})
    assert (await clerk.case(case["id"]))["applicant_flag"] is None


async def test_somebody_who_decides_from_a_screen_without_the_note_is_stopped(
    clerk: Any, neighbours: Any, app: Any, tokens: Any
) -> None:
    case = await open_for_somebody(clerk, neighbours)
    await clerk.tick_all(case["id"])
    seen = await clerk.case(case["id"])
    await tell(app, tokens, 1, DIED, {"resident": case["resident_id"], "division": "", "date": "2026-11-20"})
    answer = await clerk.post(f"/api/desk/v1/cases/{case['id']}/accept", {}, seen["version"])
    assert answer.status_code == 412


async def test_a_merged_applicant_keeps_the_case_under_the_kept_record(
    clerk: Any, neighbours: Any, app: Any, tokens: Any
) -> None:
    case, kept = await open_for_somebody(clerk, neighbours), str(uuid4())
    merged = {"kept": kept, "absorbed": case["resident_id"], "merge": str(uuid4()), "division": case["division"]}
    await tell(app, tokens, 1, MERGED, merged)
    told = await clerk.case(case["id"])
    assert (told["applicant_flag"], told["resident_id"]) == ("merged", kept)
    await tell(app, tokens, 2, UNMERGED, merged)
    back = await clerk.case(case["id"])
    assert (back["applicant_flag"], back["resident_id"]) == (None, case["resident_id"])


async def test_a_case_that_is_over_is_left_as_it_was(clerk: Any, neighbours: Any, app: Any, tokens: Any) -> None:
    case = await open_for_somebody(clerk, neighbours)
    await clerk.do(case["id"], "withdraw", {"reason": "不办了"})
    before = await clerk.case(case["id"])
    await tell(app, tokens, 1, DIED, {"resident": case["resident_id"], "division": "", "date": "2026-11-20"})
    after = await clerk.case(case["id"])
    assert (after["version"], after["applicant_flag"]) == (before["version"], None)
