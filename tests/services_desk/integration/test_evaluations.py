"""Ratings by one-time code, what follows a bad one, and many from one device."""

from datetime import timedelta
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_services_desk.notices.sms import DemoSms, SmsQueue

from tests.services_desk.flow import decided_case

API = "/api/desk/v1"
PUBLIC = "/api/public/v1"


async def code_of(app: Any, case_id: str) -> str:
    """The code as it stands in the message on the applicant's phone."""
    database = app.state.linli.database
    queue = SmsQueue(database, app.state.desk, DemoSms(database))
    while await queue.send_due():
        pass
    text = await database.pool.fetchval("SELECT text FROM demo_sms WHERE key LIKE '%' || $1 || '%'", case_id)
    return str(text).split("/e/")[1].split(" ")[0]


async def rated(app: Any, hire: Any, level: int, device: str = "phone") -> dict[str, Any]:
    case = await decided_case(hire)
    code = await code_of(app, case["id"])
    answer = await app.state.client.post(
        f"{PUBLIC}/evaluations/{code}", json={"level": level}, headers={"User-Agent": device + case["id"]}
    )
    assert answer.status_code == 201, answer.text
    return case


async def test_only_the_applicants_phone_receives_the_code_and_it_works_once(app: Any, hire: Any, clerk: Any) -> None:
    case = await decided_case(hire, clerk)
    code = await code_of(app, case["id"])
    seen = str(await clerk.case(case["id"])) + str((await clerk.get(f"{API}/cases/{case['id']}/documents")).json())
    assert code.split(".")[1] not in seen
    assert code != case["receipt_token"]
    shown = (await app.state.client.get(f"{PUBLIC}/evaluations/{code}")).json()
    assert shown["evaluation_open"] is True
    assert "张" not in str(shown)
    for expected in (201, 409):
        answer = await app.state.client.post(f"{PUBLIC}/evaluations/{code}", json={"level": 5})
        assert answer.status_code == expected
    assert (await app.state.client.get(f"{PUBLIC}/evaluations/{code}")).json()["evaluated"] is True
    assert (await app.state.client.get(f"{PUBLIC}/evaluations/421202.{'0' * 22}")).status_code == 404


async def test_a_rating_by_the_receipt_does_not_count_and_gives_way_to_the_applicants_own(app: Any, hire: Any) -> None:
    case = await decided_case(hire)
    leader = hire(Role.TOWNSHIP_OFFICER)

    async def total() -> dict[str, int]:
        found: dict[str, int] = (await leader.get(f"{API}/evaluations/figures")).json()["total"]
        return found

    before = await total()
    assert (
        await app.state.client.post(f"{PUBLIC}/evaluations/{case['receipt_token']}", json={"level": 5})
    ).status_code == 201
    after = await total()
    assert (after["rated"], after["by_receipt"]) == (before["rated"], before["by_receipt"] + 1)
    code = await code_of(app, case["id"])
    assert (await app.state.client.post(f"{PUBLIC}/evaluations/{code}", json={"level": 3})).status_code == 201
    final = await total()
    assert (final["rated"], final["by_receipt"]) == (before["rated"] + 1, before["by_receipt"])
    again = await app.state.client.post(f"{PUBLIC}/evaluations/{case['receipt_token']}", json={"level": 1})
    assert again.json()["code"] == "desk.already_rated"


async def test_figures_show_what_was_not_rated_and_never_count_it_as_satisfied(app: Any, hire: Any) -> None:
    leader = hire(Role.VILLAGE_OFFICIAL)
    before = (await leader.get(f"{API}/evaluations/figures?by=matter")).json()["total"]
    await decided_case(hire)
    after = (await leader.get(f"{API}/evaluations/figures?by=matter")).json()["total"]
    assert (after["unrated"], after["satisfied"]) == (before["unrated"] + 1, before["satisfied"])
    for by in ("window", "department"):
        answer = (await leader.get(f"{API}/evaluations/figures?by={by}")).json()
        assert answer["total"]["decided"] == after["decided"]
    assert (await leader.get(f"{API}/evaluations/figures?by=person")).status_code == 422
    assert (await leader.get(f"{API}/evaluations/figures?since=2020-01-01")).status_code == 422
    assert (await hire(Role.GRID_WORKER).get(f"{API}/evaluations/figures")).status_code == 403


async def test_a_bad_rating_is_called_back_and_put_right_within_its_days(
    app: Any, hire: Any, clock: FrozenClock
) -> None:
    case = await rated(app, hire, 1)
    official = hire(Role.VILLAGE_OFFICIAL)
    path = f"{API}/rectifications/{case['id']}"
    found = (await official.get(f"{API}/rectifications?state=open&limit=200")).json()["items"]
    mine = next(item for item in found if item["case_id"] == case["id"])
    assert (mine["days_left"], mine["version"]) == (10, 1)
    notices = (await official.get(f"{API}/notices?limit=200")).json()["items"]
    assert any(item["case_id"] == case["id"] and item["topic"] == "evaluation" for item in notices)
    measures = {"measures": "已上门致歉并补办"}
    early = await official.post(f"{path}/complete", measures, 1)
    assert early.json()["code"] == "desk.call_back_missing"
    called = await official.post(f"{path}/call-back", {"outcome": "reached"}, 1)
    assert called.json()["state"] == "called"
    assert (await official.post(f"{path}/complete", measures, 1)).status_code == 412
    done = await official.post(f"{path}/complete", measures, 2)
    assert (done.json()["state"], done.json()["measures"]) == ("done", "已上门致歉并补办")
    assert (await official.post(f"{path}/complete", measures, 3)).json()["code"] == "desk.rectification_state"


async def test_an_upheld_appeal_takes_the_rating_out_and_nobody_decides_the_own_one(app: Any, hire: Any) -> None:
    case = await rated(app, hire, 2)
    path = f"{API}/rectifications/{case['id']}"
    clerk, officer = hire(Role.CLERK), hire(Role.TOWNSHIP_OFFICER)
    figures = f"{API}/evaluations/figures"
    bad = (await officer.get(figures)).json()["total"]["bad"]
    reason, verdict = {"reason": "评价对象不是本窗口"}, {"outcome": "upheld", "answer": "情况属实"}
    assert (await clerk.post(f"{path}/appeal", reason)).status_code == 428
    assert (await clerk.post(f"{path}/appeal", {"reason": ""}, 1)).status_code == 422
    assert (await officer.post(f"{path}/appeal", reason, 1)).status_code == 403
    assert (await clerk.post(f"{path}/appeal", reason, 1)).json()["state"] == "appealed"
    same = hire(Role.TOWNSHIP_OFFICER, sub=clerk.subject)
    assert (await same.post(f"{path}/decide-appeal", verdict, 2)).json()["code"] == "desk.own_appeal"
    assert (await clerk.post(f"{path}/decide-appeal", verdict, 2)).status_code == 403
    assert (await officer.post(f"{path}/decide-appeal", verdict, 2)).json()["state"] == "upheld"
    assert (await officer.get(figures)).json()["total"]["bad"] == bad - 1


async def test_a_rejected_appeal_leads_back_to_putting_it_right_and_there_is_no_second(app: Any, hire: Any) -> None:
    case = await rated(app, hire, 2)
    path = f"{API}/rectifications/{case['id']}"
    clerk, officer = hire(Role.CLERK), hire(Role.TOWNSHIP_OFFICER)
    assert (await clerk.post(f"{path}/appeal", {"reason": "不实"}, 1)).status_code == 200
    verdict = {"outcome": "rejected", "answer": "评价有依据"}
    assert (await officer.post(f"{path}/decide-appeal", verdict, 2)).json()["state"] == "open"
    assert (await clerk.post(f"{path}/appeal", {"reason": "不实"}, 3)).json()["code"] == "desk.appealed_once"


@pytest.mark.parametrize("command", ["call-back", "complete", "appeal", "decide-appeal"])
async def test_a_rectification_out_of_scope_is_not_found(app: Any, hire: Any, command: str) -> None:
    case = await rated(app, hire, 1)
    bodies = {
        "call-back": (Role.VILLAGE_OFFICIAL, {"outcome": "reached"}),
        "complete": (Role.VILLAGE_OFFICIAL, {"measures": "已改"}),
        "appeal": (Role.CLERK, {"reason": "不实"}),
        "decide-appeal": (Role.COUNTY_ADMIN, {"outcome": "upheld", "answer": "属实"}),
    }
    role, body = bodies[command]
    abroad = hire(role, tenant="511681", divisions=["511681002001"])
    assert (await abroad.post(f"{API}/rectifications/{case['id']}/{command}", body, 1)).status_code == 404
    assert (await hire(Role.AUDITOR).post(f"{API}/rectifications/{case['id']}/{command}", body, 1)).status_code == 403
    assert (await hire(role).post(f"{API}/rectifications/{case['id']}/{command}", {"x": 1}, 1)).status_code == 422


async def test_a_comment_is_stored_sealed_and_listed_for_those_in_scope(app: Any, hire: Any, stranger: Any) -> None:
    case = await decided_case(hire)
    code = await code_of(app, case["id"])
    body = {"level": 4, "comment": "窗口很热情"}
    assert (await app.state.client.post(f"{PUBLIC}/evaluations/{code}", json=body)).status_code == 201
    stored = await app.state.linli.database.pool.fetchval(
        "SELECT comment FROM evaluation WHERE case_id = $1", case["id"]
    )
    assert "热情".encode() not in stored
    listed = (await hire(Role.SUPERVISOR).get(f"{API}/evaluations?source=code&limit=200")).json()["items"]
    assert next(item for item in listed if item["case_id"] == case["id"])["comment"] == "窗口很热情"
    assert case["id"] not in str((await stranger.get(f"{API}/evaluations?limit=200")).json())
    assert (await hire(Role.GRID_WORKER).get(f"{API}/evaluations")).status_code == 403
    bad = (await hire(Role.SUPERVISOR).get(f"{API}/evaluations?bad=true&limit=200")).json()["items"]
    assert all(item["level"] <= 2 for item in bad)


async def test_many_ratings_from_one_device_are_reported_to_supervision_once(
    app: Any, hire: Any, clock: FrozenClock
) -> None:
    clock.move(timedelta(days=1))
    cases = [await decided_case(hire) for _ in range(6)]
    for case in cases:
        code = await code_of(app, case["id"])
        answer = await app.state.client.post(
            f"{PUBLIC}/evaluations/{code}", json={"level": 5}, headers={"User-Agent": "one tablet"}
        )
        assert answer.status_code == 201
    events = await app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'cn.linli.desk.evaluation.bulk-flagged.v1'"
    )
    ours = [row["data"] for row in events if cases[0]["id"] in row["data"]["cases"]]
    assert len(ours) == 1
    assert len(ours[0]["cases"]) == 5
    assert "tablet" not in str(ours)
    supervisor = hire(Role.SUPERVISOR)
    flagged = (await supervisor.get(f"{API}/evaluations?bulk=true&limit=200")).json()["items"]
    assert {case["id"] for case in cases} <= {item["case_id"] for item in flagged}, "the sixth belongs to it as well"
    assert all(item["bulk"] for item in flagged)
    single = await rated(app, hire, 5)
    listed = (await supervisor.get(f"{API}/evaluations?limit=200")).json()["items"]
    assert not next(item for item in listed if item["case_id"] == single["id"])["bulk"]
