"""A village decides step by step: rolls are frozen, nobody votes twice, a secret vote stays secret, nothing is skipped."""

import hashlib
import random
from datetime import timedelta
from typing import Any

from linli_kernel.ids import new_id
from linli_supervision.deliberations.workflow import Command, Phase

from tests.pictures import PICTURE
from tests.supervision.conftest import Service
from tests.supervision.deciding import BALLOTS, PATH, Deciding
from tests.supervision.disclosing import VILLAGE

HUAYING = ("511681002001", "511681")


async def to_the_vote(village: Deciding, procedure: str = "villagers_meeting") -> dict[str, Any]:
    """A deliberation whose meeting is being held; its eligible people were registered before."""
    return await village.meet(await village.record(await village.open(procedure)))


async def test_a_road_is_decided_under_four_deliberations_from_the_proposal_to_the_published_result(
    service: Service,
) -> None:
    village = Deciding(service)
    party, people = village.eligible(9, "party"), village.eligible(30)
    one = await village.record(await village.record(await village.open()))
    assert [step["state"] for step in one["steps"]] == ["done", "done", "now", "later", "later", "later", "later"]
    one = await village.meet(one)
    assert (await village.vote(one, "party_members", party[:6])).status_code == 200
    one = await village.give(one, "close")
    assert one["steps"][2]["sittings"][0]["counts"][0]["text"] == (
        "应到 9 人，实到 6 人，三分之二 6 人，达到法定人数；同意 6 票，反对 0 票，弃权 0 票，到会过半数 4 票，通过。"
    )
    one = await village.meet(one, {"representatives": people[:12]})
    assert (one["steps"][3]["rolls"][0]["source"], one["counts"][0]["eligible"]) == ("listed", 12)
    assert (await village.vote(one, "representatives", people[:10])).status_code == 200
    one = await village.show(await village.give(one, "close"))
    assert (one["phase"], one["commands"]) == ("shown", ["publish", "withdraw"])
    early = await village.send(f"/{one['id']}/conclude", one=one)
    assert (early.status_code, early.json()["code"]) == (409, "supervision.deliberation_still_shown")
    service.clock.move(timedelta(days=8))
    one = await village.give(one, "conclude")
    one = await village.show(await village.accept(await village.carry_out(one)))
    service.clock.move(timedelta(days=8))
    one = await village.give(one, "conclude")
    assert (one["state"], one["commands"], {step["state"] for step in one["steps"]}) == ("finished", [], {"done"})
    text = await village.paper(one)
    for said in (
        "关于三组道路硬化的决议",
        "应到 9 人，实到 6 人",
        "村民代表会议决议",
        f"公示 {one['steps'][4]['held_on']} 至 {one['steps'][4]['shown_until']}",
        "实际支出：618,400.50元",
        "监督委员会验收合格",
    ):
        assert said.replace(" ", "") in text


async def test_each_place_has_its_own_procedures_and_the_common_forms(service: Service) -> None:
    found = await service.client.get(f"{PATH}/procedures", headers=Deciding(service, *HUAYING).people["supervisor"])
    codes = [one["code"] for one in found.json()["items"]]
    assert codes[0] == "four_deliberations_two_disclosures"
    assert {"talk", "council", "hearing", "forum", "group_meeting", "villagers_meeting"} <= set(codes)
    unknown = {
        "division": VILLAGE,
        "procedure": "five_deliberations_two_disclosures",
        "title": "修路",
        "matter": "修路",
    }
    assert (await Deciding(service).send("", unknown, "clerk")).json()["errors"][0]["pointer"] == "/procedure"


async def test_a_roll_is_frozen_with_the_digest_of_its_sorted_ids_and_names_nobody(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(5)
    one = await village.give(await village.record(await village.open("villagers_meeting")), "enrol", {})
    village.eligible(7)
    roll = one["steps"][1]["rolls"][0]
    assert roll["sha256"] == hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest()
    assert (roll["people"], roll["source"]) == (5, "registry")
    page = f"{PATH}/{one['id']}/roll?body=villagers&limit=3"
    first = (await service.client.get(page, headers=village.people["clerk"])).json()
    rest = (await service.client.get(f"{page}&cursor={first['next_cursor']}", headers=village.people["clerk"])).json()
    assert sorted(v["resident"] for v in first["items"] + rest["items"]) == sorted(people)
    again = await village.send(f"/{one['id']}/enrol", {}, one=one)
    assert again.json()["code"] == "supervision.deliberation_step"


async def test_people_whom_the_registry_does_not_find_eligible_are_not_listed(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(3)
    one = await village.open("group_meeting")
    wrong = await village.send(f"/{one['id']}/enrol", {"listed": {"group_members": [*people, str(new_id())]}}, one=one)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "supervision.deliberation_not_eligible")
    nobody = await village.send(f"/{one['id']}/enrol", {}, one=one)
    assert nobody.json()["code"] == "supervision.deliberation_roll_empty"
    service.neighbours.registry_down = True
    down = await village.send(f"/{one['id']}/enrol", {"listed": {"group_members": people}}, one=one)
    assert down.status_code == 503
    assert (await village.read(one))["phase"] == "due"


async def test_residents_without_hukou_are_on_the_roll_where_the_profile_lets_them(service: Service) -> None:
    majia = Deciding(service, "511703119002", "511703")
    majia.eligible(4)
    people = majia.eligible(6, non_local=True)
    one = await majia.record(await majia.open("joint_council"))
    one = await majia.give(one, "enrol", {})
    assert (one["binding"], one["counts"][0]["eligible"]) == (False, len(people))


async def test_a_meeting_is_called_in_time_and_held_on_its_day(service: Service) -> None:
    village = Deciding(service)
    village.eligible(3)
    one = await village.give(await village.record(await village.open("villagers_meeting")), "enrol", {})
    at = service.clock.now() + timedelta(days=9)
    short = await village.send(f"/{one['id']}/call", {"at": at.isoformat(), "place": "村部"}, one=one)
    assert (short.status_code, short.json()["code"]) == (409, "supervision.deliberation_notice")
    at += timedelta(days=1)
    one = await village.give(one, "call", {"at": at.isoformat(), "place": "村部"})
    assert "sit" not in one["commands"]
    early = await village.send(f"/{one['id']}/sit", one=one)
    assert early.json()["code"] == "supervision.deliberation_meeting_not_yet"


async def test_a_secret_vote_unites_paper_and_on_line_without_doubles_and_without_who_chose_what(
    service: Service,
) -> None:
    village = Deciding(service)
    people = village.eligible(10)
    one = await to_the_vote(village)
    at_home, paper = people[:3], people[3:8]

    async def cast(resident: str, choice: str, **headers: str) -> Any:
        body = {"body": "villagers", "choice": choice}
        return await service.client.put(
            f"{BALLOTS}/{one['id']}", json=body, headers=village.resident(resident) | headers
        )

    assert (await cast(at_home[0], "for", **{"Idempotency-Key": "k1"})).status_code == 422
    for resident, choice in zip(at_home, ("for", "against", "for"), strict=True):
        assert (await cast(resident, choice)).status_code == 204
    assert (await cast(at_home[0], "against")).json()["code"] == "supervision.deliberation_voted"
    assert (await village.vote(one, "villagers", paper, None)).status_code == 200
    assert (await cast(paper[0], "for")).json()["code"] == "supervision.deliberation_voted"
    on_paper = {"body": "villagers", "residents": [at_home[0]], "choice": None}
    assert (await village.send(f"/{one['id']}/votes", on_paper)).json()["code"] == "supervision.deliberation_voted"
    open_choice = on_paper | {"residents": [people[9]], "choice": "for"}
    assert (await village.send(f"/{one['id']}/votes", open_choice)).json()["code"] == "supervision.deliberation_choice"
    running = (await village.read(one))["counts"][0]
    assert (running["votes"], running["voted"], running["present"], running["online"]) == (None, 8, 8, 3)

    tally = {"body": "villagers", "votes_for": 4, "votes_against": 1, "abstained": 1, "invalid": 0}
    assert (await village.send(f"/{one['id']}/tally", tally)).json()["code"] == "supervision.deliberation_tally"
    tally["abstained"] = 0
    assert (await village.send(f"/{one['id']}/tally", tally)).status_code == 200
    unproved = await village.send(f"/{one['id']}/close", one=one)
    assert unproved.json()["code"] == "supervision.deliberation_tally_missing"
    assert (await village.photograph(one)).status_code == 201
    one = await village.give(one, "close")
    assert one["steps"][1]["sittings"][0]["counts"][0]["votes"] == {"for": 6, "against": 2, "abstain": 0, "invalid": 0}
    await nothing_joins_voter_and_choice(service, people)


async def nothing_joins_voter_and_choice(service: Service, people: list[str]) -> None:
    pool = service.linli.database.pool
    assert await pool.fetchval("SELECT count(choice) FROM deliberation_voter") == 0
    columns = await pool.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'deliberation_tally'"
    )
    assert not {"resident", "at", "household"} & {row["column_name"] for row in columns}
    # Of a single vote on line the urn, or the papers beside the sum, would tell the choice.
    assert await pool.fetchval("SELECT sum(votes) FROM deliberation_tally") == 0
    assert await pool.fetchval("SELECT count(*) FROM deliberation_step WHERE tally <> '{}'") == 0
    said = await service.outbox("")
    acts = [str(one) for one in said if one.get("action") in ("deliberation.vote", "deliberation.tally")]
    assert len(acts) == 5
    assert not any("choice" in one or "against" in one for one in acts)
    closed = next(one["detail"] for one in said if one.get("action") == "deliberation.close")
    assert closed["counts"][0]["votes"] == {"for": 6, "against": 2, "abstain": 0, "invalid": 0}
    assert await pool.fetchval("SELECT count(*) FROM idempotency_key WHERE route LIKE '%ballots%'") == 0


async def test_a_meeting_too_small_is_called_again_and_its_figures_are_kept(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(10)
    one = await to_the_vote(village)
    await village.vote(one, "villagers", people[:5], None)
    await village.photograph(one)
    await village.send(f"/{one['id']}/tally", {"body": "villagers", "votes_for": 5, "votes_against": 0, "abstained": 0})
    one = await village.give(one, "close")
    assert (one["phase"], one["position"], one["steps"][1]["sittings"][0]["outcome"]) == ("enrolled", 1, "no_quorum")
    assert (one["counts"][0]["present"], one["counts"][0]["voted"]) == (0, 0)


async def test_households_have_one_vote_each(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(9, each=3)
    one = await to_the_vote(village, "households_meeting")
    assert one["counts"][0]["eligible"] == 3
    two = await village.vote(one, "villagers", people[:2])
    assert two.json()["code"] == "supervision.deliberation_voted"
    assert (await village.vote(one, "villagers", [people[0]])).status_code == 200
    second = await village.vote(one, "villagers", [people[1]], "against")
    assert second.json()["code"] == "supervision.deliberation_voted"
    assert (await village.vote(one, "villagers", [people[3]])).status_code == 200
    one = await village.give(one, "close")
    assert (
        "应到 3 户，实到 2 户，三分之二 2 户，达到法定人数；同意 2 票"
        in one["steps"][1]["sittings"][0]["counts"][0]["text"]
    )


async def test_only_those_on_the_roll_who_have_come_vote_by_hand(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(4, "party")
    one = await village.meet(await village.record(await village.record(await village.open())))
    stranger = {"body": "party_members", "residents": [str(new_id())], "choice": "for"}
    assert (await village.send(f"/{one['id']}/votes", stranger)).json()[
        "code"
    ] == "supervision.deliberation_not_enrolled"
    away = stranger | {"residents": [people[0]]}
    assert (await village.send(f"/{one['id']}/votes", away)).json()["code"] == "supervision.deliberation_not_present"
    proxy = {"body": "party_members", "residents": [people[1]], "proxy": people[0]}
    assert (await village.send(f"/{one['id']}/attendance", proxy)).json()["code"] == "supervision.deliberation_proxy"
    on_line = {"body": "party_members", "choice": "for"}
    refused = await service.client.put(f"{BALLOTS}/{one['id']}", json=on_line, headers=village.resident(people[0]))
    assert refused.json()["code"] == "supervision.deliberation_online"


async def test_whoever_is_away_is_spoken_for_in_writing_by_one_who_came_and_speaks_for_no_more(
    service: Service,
) -> None:
    village = Deciding(service)
    people = village.eligible(6)
    one = await village.meet(await village.open("group_meeting"), {"group_members": people})

    async def speak(resident: str, proxy: str) -> Any:
        body = {"body": "group_members", "residents": [resident], "proxy": proxy}
        return await village.send(f"/{one['id']}/attendance", body, "clerk")

    assert (await speak(people[5], people[0])).json()["code"] == "supervision.deliberation_proxy"
    assert (await village.vote(one, "group_members", people[:4])).status_code == 200
    assert (await speak(people[5], people[0])).json()["code"] == "supervision.deliberation_proxy_unwritten"
    for _ in range(2):
        assert (await village.photograph(one, "proxy")).status_code == 201
    assert (await speak(people[5], people[0])).status_code == 200
    assert (await speak(people[4], people[0])).json()["code"] == "supervision.deliberation_proxy"
    assert (await speak(people[4], people[1])).status_code == 200
    count = (await village.read(one))["counts"][0]
    assert (count["present"], count["proxies"]) == (6, 2)


async def test_somebody_recused_is_neither_counted_nor_votes(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(4, "party")
    one = await village.meet(await village.record(await village.record(await village.open())))
    recusal = {"body": "party_members", "resident": people[0], "reason": "工程由其兄承包"}
    after = (await village.send(f"/{one['id']}/recusals", recusal)).json()
    assert (after["counts"][0]["eligible"], after["counts"][0]["recused"]) == (3, 1)
    assert (await village.vote(one, "party_members", [people[0]])).json()[
        "code"
    ] == "supervision.deliberation_not_present"


async def test_a_resident_checks_in_with_the_code_at_the_door_and_sees_only_own_votes(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(3)
    one = await to_the_vote(village)
    me, stranger = village.resident(people[0]), village.resident(str(new_id()))
    listed = (await service.client.get(BALLOTS, headers=me)).json()["items"]
    assert [(item["deliberation_id"], item["sitting"], item["voted"]) for item in listed] == [(one["id"], True, None)]
    assert (await service.client.get(BALLOTS, headers=stranger)).json() == {"items": []}
    door = f"{BALLOTS}/{one['id']}/check-in"
    assert (await service.client.post(door, json={"code": "x" * 22}, headers=me)).status_code == 404
    code = {"code": one["steps"][1]["check_in"]}
    assert (await service.client.post(door, json=code, headers=stranger)).status_code == 404
    assert (await service.client.post(door, json=code, headers=me)).status_code == 204
    assert (await village.read(one))["counts"][0]["present"] == 1
    ballot = {"body": "villagers", "choice": "for"}
    assert (await service.client.put(f"{BALLOTS}/{one['id']}", json=ballot, headers=stranger)).status_code == 404


async def test_publicity_takes_disclosures_of_the_village_that_came_after_the_decision(service: Service) -> None:
    village, other = Deciding(service), Deciding(service, "421202104222")
    old = await village.disclosing.publish(item="decisions", tables=[])
    foreign = await other.disclosing.publish(item="decisions", tables=[])
    service.clock.move(timedelta(minutes=1))
    one = await village.record(await village.open("talk"))
    for ids in ([old["id"]], [foreign["id"]], [str(new_id())]):
        answer = await village.send(f"/{one['id']}/publish", {"disclosures": ids}, one=one)
        assert answer.json()["code"] == "supervision.deliberation_not_published"
    draft = await village.send(f"/{one['id']}/drafts", {"item": "decisions"}, "clerk")
    assert draft.status_code == 201, draft.text
    waiting = await village.send(f"/{one['id']}/publish", {"disclosures": [draft.json()["disclosure_id"]]}, one=one)
    assert waiting.json()["code"] == "supervision.deliberation_not_published"
    second = await village.send(f"/{one['id']}/drafts", {"item": "decisions"}, "clerk")
    unwanted = {"id": second.json()["disclosure_id"], "version": 1}
    await village.disclosing.step(unwanted, "discard", "village_official")
    begun = (await village.read(one))["steps"][1]["disclosures"]
    title = "三组道路硬化（意见答复公开）"
    assert begun == [{**begun[0], "id": draft.json()["disclosure_id"], "category": "affairs", "title": title}]
    assert begun[0]["state"] == "draft"
    one = await village.show(one)
    shown = one["steps"][1]["disclosures"][0]["id"]
    where = f"/api/supervision/v1/disclosures/{shown}"
    found = (await service.client.get(where, headers=village.people["clerk"])).json()
    await village.disclosing.step(found, "withdraw", "village_official", "有误")
    service.clock.move(timedelta(days=8))
    gone = await village.send(f"/{one['id']}/conclude", one=one)
    assert gone.json()["code"] == "supervision.deliberation_disclosure_gone"


async def test_refused_ends_it_and_what_is_done_is_fixed(service: Service) -> None:
    village = Deciding(service)
    one = await village.open()
    late = {"held_on": (service.clock.today() + timedelta(days=1)).isoformat(), "result": "agreed"}
    assert (await village.send(f"/{one['id']}/record", late, one=one)).json()["code"] == "supervision.deliberation_day"
    number = {"held_on": service.clock.today().isoformat(), "result": "agreed", "note": "联系13800138000"}
    assert (await village.send(f"/{one['id']}/record", number, one=one)).json()["errors"][0]["pointer"] == "/note"
    paper = await service.client.post(
        f"{PATH}/{one['id']}/files", files={"file": ("会议记录.png", PICTURE)}, headers=village.people["clerk"]
    )
    kept = paper.json()["steps"][0]["files"][0]
    one = await village.record(one, "refused")
    assert (one["state"], one["commands"]) == ("rejected", [])
    gone = await service.client.delete(f"{PATH}/{one['id']}/files/{kept['id']}", headers=village.people["clerk"])
    assert gone.status_code == 409
    found = await service.client.get(f"{PATH}/{one['id']}/files/{kept['id']}", headers=village.people["supervisor"])
    assert found.content.startswith(PICTURE[:8])


async def test_giving_up_says_why_and_stale_versions_are_refused(service: Service) -> None:
    village = Deciding(service)
    one = await village.open()
    assert (await village.send(f"/{one['id']}/withdraw", {"reason": ""}, one=one)).status_code == 422
    after = await village.record(one)
    assert (await village.send(f"/{one['id']}/withdraw", {"reason": "重复"}, one=one)).status_code == 412
    ended = await village.give(after, "withdraw", {"reason": "重复"})
    assert (ended["state"], ended["reason"]) == ("withdrawn", "重复")


async def test_lists_are_filtered_and_show_the_own_area(service: Service) -> None:
    village, other = Deciding(service), Deciding(service, *HUAYING)
    first, second = await village.open("talk"), await village.open("forum")
    await other.open("talk")

    async def found(query: str) -> list[str]:
        answer = await service.client.get(f"{PATH}?{query}", headers=village.people["supervisor"])
        return [one["id"] for one in answer.json()["items"]]

    assert await found(f"division={VILLAGE}") == [second["id"], first["id"]]
    assert await found("procedure=talk") == [first["id"]]
    assert await found("state=finished") == []
    hidden = await service.client.get(f"{PATH}/{first['id']}", headers=other.people["supervisor"])
    assert (hidden.status_code, hidden.json()["code"]) == (404, "supervision.deliberation_not_found")
    for query in ("state=x", "division=1", "cursor=x", "x=1"):
        assert (await service.client.get(f"{PATH}?{query}", headers=village.people["clerk"])).status_code == 422


class Anybody:
    """What each command is given in a walk: mostly what it needs, so that the walk gets somewhere."""

    def __init__(self, village: Deciding, party: list[str], people: list[str]) -> None:
        self.village, self.listed = village, {"representatives": people}
        self.halls = {"party_members": party, "representatives": people}

    async def body(self, one: dict[str, Any], command: str) -> dict[str, Any]:
        now, step = self.village.service.clock.now(), one["steps"][one["position"]]
        match command:
            case "record":
                return {"held_on": str(now.date()), "result": "agreed"}
            case "enrol":
                return {"listed": self.listed}
            case "call":
                return {"at": now.isoformat(), "place": "村部"}
            case "close" if one["phase"] == "sitting":
                for body in step["bodies"]:
                    await self.village.vote(one, body, self.halls[body])
            case "publish" if one["phase"] == "due" and step["kind"] == "publication":
                return {"disclosures": await self.village.disclose(one)}
            case "publish":
                return {"disclosures": [str(new_id())]}
            case "plan":
                return self.village.plan()
            case "report":
                await self.village.photograph(one)
                return {"note": "完成一项", "reached": True}
            case "call-off":
                return {"reason": "台风"}
            case "postpone":
                return {"due_on": str(now.date() + timedelta(days=60)), "reason": "雨季停工"}
            case "complete":
                return {"cost_fen": 100}
            case "send-back":
                return {"reason": "路肩缺损", "due_on": str(now.date())}
        return {}


async def test_no_sequence_of_calls_skips_a_step_and_every_phase_is_reached(service: Service) -> None:
    """Commands in any order, right or wrong: what the service has kept is always a beginning of the procedure."""
    village, draw = Deciding(service), random.Random(7)
    somebody = Anybody(village, village.eligible(3, "party"), village.eligible(3))
    one = await village.open()
    commands = [command.value for command in Command if command is not Command.WITHDRAW]
    phases = set()
    for _ in range(300):
        phases.add(one["phase"])
        if one["state"] != "open":
            break
        seen = {**one, "commands": (await village.read(one, "supervisor"))["commands"] + one["commands"]}
        offered = [command for command in seen["commands"] if command != "withdraw"]
        command = draw.choice(offered if offered and draw.random() < 0.6 else commands)
        role = "supervisor" if command in ("accept", "send-back") else "village_official"
        answer = await village.send(f"/{one['id']}/{command}", await somebody.body(one, command), role, one)
        assert (answer.status_code == 200) == (command in offered) or answer.status_code in (404, 409, 412, 422), (
            command
        )
        one = await village.read(one)
        done = [step["position"] for step in one["steps"] if step["state"] == "done"]
        assert done == list(range(one["position"] + (one["state"] == "finished")))
        assert all(step["done_at"] for step in one["steps"][: one["position"]])
        assert not any(step["held_on"] or step["rolls"] for step in one["steps"][one["position"] + 1 :])
        service.clock.move(timedelta(days=draw.choice([0, 0, 3])))
    assert one["state"] == "finished"
    assert phases == set(Phase)
