"""What was decided is carried out in the open: milestones in order, with their evidence, accepted by the committee, its result shown."""

from datetime import timedelta
from typing import Any

from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.deciding import PATH, Deciding
from tests.supervision.disclosing import VILLAGE


async def decided(village: Deciding) -> dict[str, Any]:
    """A road that was decided and whose resolution was shown for its days."""
    halls = {"party_members": village.eligible(6, "party"), "representatives": village.eligible(9)}
    one = await village.open()
    while one["steps"][one["position"]]["kind"] != "execution":
        one = await village.take(one, halls)
    return one


async def test_milestones_are_reached_in_order_with_evidence_and_a_late_one_shows(service: Service) -> None:
    village = Deciding(service)
    one = await decided(village)
    assert one["commands"] == ["plan", "withdraw"]
    days = village.plan()
    days["milestones"].reverse()
    wrong = await village.send(f"/{one['id']}/plan", days, one=one)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "supervision.deliberation_days")
    number = village.plan() | {"responsible": "13800138000"}
    assert (await village.send(f"/{one['id']}/plan", number, one=one)).json()["errors"][0]["pointer"] == "/responsible"
    one = await village.give(one, "plan", village.plan())
    assert (one["phase"], one["overdue"], one["commands"]) == ("under_way", False, ["report", "postpone", "withdraw"])
    unproved = await village.send(f"/{one['id']}/report", {"note": "已完成", "reached": True}, "clerk", one)
    assert (unproved.status_code, unproved.json()["code"]) == (409, "supervision.deliberation_evidence")
    one = await village.give(one, "report", {"note": "备料"})
    skipped = await village.send(f"/{one['id']}/complete", {"cost_fen": 1}, one=one)
    assert skipped.json()["code"] == "supervision.deliberation_milestones"

    service.clock.move(timedelta(days=8))
    late = await village.read(one)
    assert (late["overdue"], [aim["overdue"] for aim in late["steps"][5]["execution"]["milestones"]]) == (
        True,
        [True, False],
    )

    async def overdue() -> list[str]:
        query = f"{PATH}?overdue=true&division={VILLAGE}"
        return [
            each["id"] for each in (await service.client.get(query, headers=village.people["clerk"])).json()["items"]
        ]

    assert one["id"] in await overdue()
    until = str(service.clock.today() + timedelta(days=10))
    one = await village.give(late, "postpone", {"due_on": until, "reason": "连续降雨"})
    assert one["id"] not in await overdue()
    aims = one["steps"][5]["execution"]["milestones"]
    assert (aims[0]["due_on"], aims[1]["due_on"], aims[0]["first_due_on"] < until) == (until, until, True)


async def test_the_committee_sends_back_and_accepts_and_nobody_accepts_the_own_work(service: Service) -> None:
    village = Deciding(service)
    one = await decided(village)
    one = await village.give(one, "plan", village.plan(1))
    one = await village.reach(one)
    photograph = one["steps"][5]["files"][0]
    assert photograph["milestone"] == 1
    kept = f"{PATH}/{one['id']}/files/{photograph['id']}"
    assert (await service.client.delete(kept, headers=village.people["clerk"])).status_code == 404
    unsaid = await village.send(f"/{one['id']}/complete", {}, one=one)
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "supervision.deliberation_cost")
    one = await village.give(one, "complete", {"cost_fen": 100})
    assert one["commands"] == ["withdraw"]
    assert (await village.send(f"/{one['id']}/accept", {}, one=one)).status_code == 403
    due = str(service.clock.today() + timedelta(days=3))
    back = await village.send(f"/{one['id']}/send-back", {"reason": "路肩缺损", "due_on": due}, "supervisor", one)
    one = back.json()
    done = one["steps"][5]["execution"]
    assert (one["phase"], one["due_on"], done["cost_fen"], done["milestones"][1]["title"]) == (
        "under_way",
        due,
        None,
        "路肩缺损",
    )
    # One account with two posts.
    me = str(new_id())
    for role in ("village_official", "supervisor"):
        village.people[role] = service.auth(role, divisions=[VILLAGE], sub=me)
    one = await village.give(await village.reach(one), "complete", {"cost_fen": 150})
    own = await village.send(f"/{one['id']}/accept", {}, "supervisor", one)
    assert (own.status_code, own.json()["code"]) == (409, "supervision.deliberation_own_work")
