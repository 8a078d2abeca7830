"""Seeded cases for red flags, each labelled: what went wrong, or why nothing did.

Every scene happens in a village of its own, so a flag tells by its place which scene it is about. Ordinary days of many villages
stand beside them: the whole way of a case with its seal and its rating, in which nothing is wrong.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid5

from linli_supervision.ledger.entry import Occurrence

from tests.supervision.flag_scenes import SCENES, SPACE, Scene, scene
from tests.supervision.flag_seal_cases import PAPER

ORDINARY_VILLAGES, CASES_EACH = 20, 10
RELATIVE = "relative_of_approver"


@scene(RELATIVE, "为母亲审批", guilty=True)
def _(s: Scene) -> None:
    s.case()
    s.near[s.id("officer"), s.id("person")] = (True, False)


@scene(RELATIVE, "为亲属的证明批准用印", guilty=True)
def _(s: Scene) -> None:
    s.sealed(s.case())
    s.near[s.id("approver"), s.id("person")] = (True, False)


@scene(RELATIVE, "亲属申请但未批准", guilty=False)
def _(s: Scene) -> None:
    s.case(outcome="rejected")
    s.near[s.id("officer"), s.id("person")] = (True, False)


@scene(RELATIVE, "受理人的亲属，由他人审批", guilty=False)
def _(s: Scene) -> None:
    s.case()
    s.near[s.id("clerk"), s.id("person")] = (True, False)


@scene(RELATIVE, "只是邻居", guilty=False)
def _(s: Scene) -> None:
    s.case()
    s.near[s.id("officer"), s.id("person")] = (False, True)


BENEFIT = "benefit_to_dead_or_departed"


def died(s: Scene, day: str, days_ago: float, **more: Any) -> None:
    s.event("registry.resident.died", s.id("person"), days_ago, resident=s.id("person"), date=day, **more)


def moved(s: Scene, presence: str, day: str, days_ago: float) -> None:
    s.event("registry.resident.moved", s.id("person"), days_ago, resident=s.id("person"), presence=presence, date=day)


@scene(BENEFIT, "去世后仍批准津贴", guilty=True)
def _(s: Scene) -> None:
    died(s, "2026-10-30", 20)
    s.case(matter_type="05")


@scene(BENEFIT, "迁出后仍批准补贴", guilty=True)
def _(s: Scene) -> None:
    moved(s, "moved_out", "2026-10-10", 40)
    s.case(matter_type="05")


@scene(BENEFIT, "批准之后才登记更早的死亡", guilty=True)
def _(s: Scene) -> None:
    s.case(matter_type="05", days_ago=6)
    died(s, "2026-11-01", 2)


@scene(BENEFIT, "去世一个半月仍在办理", guilty=True)
def _(s: Scene) -> None:
    s.case(matter_type="05", days_ago=58, outcome=None)
    died(s, "2026-10-02", 48)


@scene(BENEFIT, "去世前已批准", guilty=False)
def _(s: Scene) -> None:
    s.case(matter_type="05", days_ago=30)
    died(s, "2026-11-10", 9)


@scene(BENEFIT, "误登死亡已撤销", guilty=False)
def _(s: Scene) -> None:
    died(s, "2026-10-30", 20)
    died(s, "2026-10-30", 19, reversed=True)
    s.case(matter_type="05")


@scene(BENEFIT, "迁出后又迁回", guilty=False)
def _(s: Scene) -> None:
    moved(s, "moved_out", "2026-10-10", 40)
    moved(s, "present", "2026-11-01", 15)
    s.case(matter_type="05")


@scene(BENEFIT, "去世后家属开具证明", guilty=False)
def _(s: Scene) -> None:
    died(s, "2026-10-30", 20)
    s.case(matter_type="07")


@scene(BENEFIT, "去世后申请未获批准", guilty=False)
def _(s: Scene) -> None:
    died(s, "2026-10-30", 20)
    s.case(matter_type="05", outcome="rejected")


@scene(BENEFIT, "在宽限期内尚未终止", guilty=False)
def _(s: Scene) -> None:
    s.case(matter_type="05", days_ago=30, outcome=None)
    died(s, "2026-11-05", 14)


LOOKS = "lookups_without_case"


def reads(s: Scene, people: int, *, at: str = "10:00", **said: Any) -> None:
    for number in range(people):
        person = s.id(f"seen {number}")
        s.act("resident.read", "resident", person, 1, at, "registry", people=[person], **said)


@scene(LOOKS, "一天没有办件查看三十五人", guilty=True)
def _(s: Scene) -> None:
    reads(s, 35)


@scene(LOOKS, "没有办件查看近亲属", guilty=True)
def _(s: Scene) -> None:
    reads(s, 1)
    s.near[s.id("clerk"), s.id("seen 0")] = (True, False)


@scene(LOOKS, "没有办件多次查看完整号码", guilty=True)
def _(s: Scene) -> None:
    for number in range(12):
        person = s.id(f"seen {number}")
        s.act("resident.reveal", "resident", person, 1, "15:00", "registry", people=[person])


@scene(LOOKS, "为二十人办事时查看", guilty=False)
def _(s: Scene) -> None:
    for number in range(35):
        case = s.case(f"case {number}", person=f"seen {number}", outcome=None)
        s.act(
            "resident.read",
            "resident",
            s.id(f"seen {number}"),
            1,
            "10:30",
            "registry",
            people=[s.id(f"seen {number}")],
            case_id=case,
        )


@scene(LOOKS, "没有办件查看几位", guilty=False)
def _(s: Scene) -> None:
    reads(s, 6)


@scene(LOOKS, "白天查看同网格邻居", guilty=False)
def _(s: Scene) -> None:
    reads(s, 1)
    s.near[s.id("clerk"), s.id("seen 0")] = (False, True)


@scene(LOOKS, "入户核对人口，没有逐户开办件", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    reads(s, 40)


SELF = "self_rating"


@scene(SELF, "在经办的电脑上打分", guilty=True)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-desk")


@scene(SELF, "审批人用自己的设备打分", guilty=True)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-township")


@scene(SELF, "用自己办理别的办件的手机打分", guilty=True)
def _(s: Scene) -> None:
    s.case("other", person="somebody else", days_ago=3, device="d-clerks-phone")
    s.rate(s.case(), "d-clerks-phone")


@scene(SELF, "决定作出几秒钟就有评价", guilty=True)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-unknown", at="10:00")


@scene(SELF, "在窗口评价器上打分", guilty=False)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-pad", pad=True)


@scene(SELF, "决定当场作出，在窗口评价器上打分", guilty=False)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-pad", at="10:00", pad=True)


@scene(SELF, "一分钟后本人收到短信打分", guilty=False)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-phone", at="10:01")


@scene(SELF, "没有经手的同事为自家的办件打分", guilty=False)
def _(s: Scene) -> None:
    colleague = {"actor": s.id("colleague"), "case_id": s.id("other"), "detail": {"device": "d-colleague"}}
    s.act("case.accept", "case", s.id("other"), 2, **colleague)
    s.rate(s.case(), "d-colleague")


@scene(SELF, "即办件，本人在柜台当场扫回执打分", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-phone", at="10:00")


@scene(SELF, "本人手机与经办人的同一型号，连的都是大厅的网", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    s.case("other", person="somebody else", days_ago=3, device="d-same-make")
    s.rate(s.case(), "d-same-make")


@scene(SELF, "本人手机打分", guilty=False)
def _(s: Scene) -> None:
    s.rate(s.case(), "d-phone")


BULK = "bulk_rating"


@scene(BULK, "一台设备十分钟评价五件", guilty=True)
def _(s: Scene) -> None:
    cases = [s.id(f"case {number}") for number in range(5)]
    s.event("desk.evaluation.bulk-flagged", cases[0], 1, cases=cases, minutes=10)


@scene(BULK, "一家人评价两件", guilty=False)
def _(s: Scene) -> None:
    cases = [s.id(f"case {number}") for number in range(2)]
    s.event("desk.evaluation.bulk-flagged", cases[0], 1, cases=cases, minutes=10)


@scene(BULK, "村民会后排队用同一部手机评价", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    cases = [s.id(f"case {number}") for number in range(6)]
    s.event("desk.evaluation.bulk-flagged", cases[0], 1, cases=cases, minutes=10)


SILENCE = "silence_at_a_duty"


def reminded(s: Scene, days_ago: float, state: str = "missing") -> None:
    duty = f"{s.division}:accounts:2026-10-01"
    said = {"duty": duty, "item": "accounts", "due": "2026-11-05", "days": -1, "state": state}
    s.event("supervision.disclosure-duty.reminded", duty, days_ago, **said)


def escalated(s: Scene, kind: str, days_ago: float) -> str:
    what = s.id(kind)
    said = {"case_id": what} if kind == "case" else {"whistle_id": what, "clock": "report_in"}
    s.event(f"desk.{kind}.escalated", what, days_ago, due="2026-11-05", role="township_officer", **said)
    return what


@scene(SILENCE, "账目逾期提醒后一直不公开", guilty=True)
def _(s: Scene) -> None:
    reminded(s, 14)


@scene(SILENCE, "逾期办件上报后没有人办", guilty=True)
def _(s: Scene) -> None:
    escalated(s, "case", 10)


@scene(SILENCE, "吹哨逾期上报后没有人到", guilty=True)
def _(s: Scene) -> None:
    escalated(s, "whistle", 5)


@scene(SILENCE, "提醒后补了公开", guilty=False)
def _(s: Scene) -> None:
    reminded(s, 14)
    s.event("supervision.disclosure.published", s.id("notice"), 11, item="accounts", category="finance")


@scene(SILENCE, "只是快到期的提醒", guilty=False)
def _(s: Scene) -> None:
    reminded(s, 14, "due")


@scene(SILENCE, "上报后第二天已办理", guilty=False)
def _(s: Scene) -> None:
    case = escalated(s, "case", 10)
    s.event("desk.case.step-completed", case, 9, case_id=case)


@scene(SILENCE, "昨天才上报", guilty=False)
def _(s: Scene) -> None:
    escalated(s, "case", 1)
    escalated(s, "whistle", 0)


@scene(SILENCE, "吹哨上报后部门已到", guilty=False)
def _(s: Scene) -> None:
    s.event("desk.whistle.reported-in", escalated(s, "whistle", 5), 5, "17:00")


def overseen(s: Scene, what: str, days_ago: float, state: str = "missing") -> str:
    inquiry = s.id("inquiry")
    said = {"what": what, "key": inquiry, "due": "2026-11-05", "days": -1, "state": state}
    said |= {"inquiry_id": inquiry if what == "rectification" else ""}
    s.event("supervision.oversight.reminded", inquiry, days_ago, **said)
    return inquiry


@scene(SILENCE, "问查发现的问题逾期一直没有整改", guilty=True)
def _(s: Scene) -> None:
    overseen(s, "rectification", 14)


@scene(SILENCE, "监督委员会到期没有开会", guilty=True)
def _(s: Scene) -> None:
    overseen(s, "meeting", 14)


@scene(SILENCE, "问查整改逾期，提醒后已报告整改", guilty=False)
def _(s: Scene) -> None:
    inquiry = overseen(s, "rectification", 14)
    s.act("inquiry.rectify", "inquiry", inquiry, 13, source="supervision", role="village_official")


@scene(SILENCE, "提醒后补开了会议", guilty=False)
def _(s: Scene) -> None:
    overseen(s, "meeting", 14)
    s.act("committee.meet", "committee", s.id("meeting"), 12, source="supervision", role="supervisor")


@scene(SILENCE, "整改还没有到期", guilty=False)
def _(s: Scene) -> None:
    overseen(s, "rectification", 14, "due")


HOURS = "outside_office_hours"


@scene(HOURS, "深夜审批", guilty=True)
def _(s: Scene) -> None:
    s.case(days_ago=1, at="23:10")


@scene(HOURS, "凌晨开启印章", guilty=True)
def _(s: Scene) -> None:
    s.sealed(s.case(days_ago=2), at="04:20")


@scene(HOURS, "深夜查看完整号码", guilty=True)
def _(s: Scene) -> None:
    s.act("resident.reveal", "resident", s.id("person"), 2, "22:05", "registry", people=[s.id("person")])


@scene(HOURS, "下班前审批", guilty=False)
def _(s: Scene) -> None:
    s.case(days_ago=1, at="21:30")


@scene(HOURS, "清早到岗", guilty=False)
def _(s: Scene) -> None:
    s.case(days_ago=1, at="06:05")


@scene(HOURS, "居民夜里看自己的信息", guilty=False)
def _(s: Scene) -> None:
    who = {"role": "resident", "actor": s.id("person"), "people": [s.id("person")]}
    s.act("resident.reveal", "resident", s.id("person"), 1, "23:30", "registry", **who)


@scene(HOURS, "防汛夜里审批应急救助", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    s.case(days_ago=1, at="23:40", matter_type="05")


def ordinary(s: Scene) -> None:
    """Cases of a whole week, each decided, sealed and rated as it should be, and one opening of the seal of rubber."""
    s.use(None, *PAPER, days_ago=2, name="envelope")
    for number in range(CASES_EACH):
        days = number % 5 + 1
        case = s.case(
            f"case {number}", person=f"person {number}", days_ago=days, matter_type="05" if number % 3 == 0 else "07"
        )
        use = s.use(case, "requested", "approved", "opened", "signed", "sealed", days_ago=days, name=f"use {number}")
        s.event(
            "desk.document.sealed", s.id(f"paper {number}"), days, "11:30", case_id=case, state="sealed", use_id=use
        )
        s.rate(case, f"d-phone {number}", days)


def scenes() -> Iterator[Scene]:
    """Every labelled scene, told."""
    listed = [
        *SCENES,
        *(("", f"平常的一周 {number + 1}", False, False, ordinary) for number in range(ORDINARY_VILLAGES)),
    ]
    for number, (rule, name, guilty, looks_wrong, tell) in enumerate(listed):
        made = Scene(name, rule, guilty, f"421202{100 + number // 100:03d}{200 + number % 100:03d}", looks_wrong)
        tell(made)
        yield made


def occurrences(told: list[Scene]) -> list[Occurrence]:
    """What the services would have delivered, numbered by source in the order of time."""
    listed = sorted((one for made in told for one in made.told), key=lambda one: one[1])
    numbers: dict[str, int] = {}
    made = []
    for source, moment, kind, subject, data in listed:
        numbers[source] = numbers.get(source, 0) + 1
        number = str(uuid5(SPACE, f"{source}:{numbers[source]}"))
        made.append(Occurrence(source, numbers[source], number, kind, subject, moment.isoformat(), data))
    return made
