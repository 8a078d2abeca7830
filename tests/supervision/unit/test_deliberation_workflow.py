"""No sequence of commands skips a step of a procedure, and counts are held against the rule exactly."""

import random
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli_kernel.errors import DomainError
from linli_kernel.profile import Profiles
from linli_kernel.profile.supervision import DecisionProcedure
from linli_supervision.deliberations.counting import Count, figures, outcome
from linli_supervision.deliberations.eligible import Eligible
from linli_supervision.deliberations.errors import WrongStep
from linli_supervision.deliberations.execution import planned
from linli_supervision.deliberations.rolls import digest
from linli_supervision.deliberations.words import relation_of
from linli_supervision.deliberations.workflow import (
    TRANSITIONS,
    Command,
    Kind,
    Outcome,
    Phase,
    Standing,
    State,
    kind_of,
    moved,
    possible,
)

PROFILES = Profiles.load(Path(__file__).resolve().parents[3] / "profiles")
FORMS = [pytest.param(one, id=one.code) for one in PROFILES.for_tenant("421202").supervision.forms]
PROCEDURES = FORMS + [
    pytest.param(one, id=f"{profile.id}-{one.code}")
    for profile in PROFILES.all()
    for one in profile.supervision.procedures
]
EVERY = [one for profile in PROFILES.all() for one in profile.supervision.deliberations]
START = date(2026, 3, 2)
WHY = "台风"
# Most days somebody does what is possible, now and then what is not; most votes agree, or no run would see a third step.
OUTCOMES = st.sampled_from([Outcome.AGREED] * 6 + [Outcome.NO_QUORUM, Outcome.REFUSED])
WISHES = st.sampled_from([command for command in Command if command is not Command.WITHDRAW])
DAYS = st.tuples(st.integers(0, 4), WISHES, st.integers(0, 9), OUTCOMES, st.integers(0, 12), st.integers(0, 6))
# What must have been done within a step, in this order, before the next one is due.
WHOLE = {
    Kind.PLAIN: [Command.RECORD],
    Kind.VOTE: [Command.ENROL, Command.CALL, Command.SIT, Command.CLOSE],
    Kind.PUBLICATION: [Command.PUBLISH, Command.CONCLUDE],
    Kind.EXECUTION: [Command.PLAN, Command.REPORT, Command.COMPLETE, Command.ACCEPT],
}


# A meeting without a vote may have been called otherwise: it is recorded at once, or its list was made and not used.
WAYS = {Kind.GATHERING: [[*([Command.ENROL, Command.CALL][:told]), Command.RECORD] for told in range(3)]}
BESIDE = {Command.POSTPONE, Command.SEND_BACK, Command.CALL_OFF}


def left(standing: Standing, command: Command, pick: int) -> int:
    """Milestones left after the command: some are planned, now and then one is reached, one is added when it is sent back."""
    planned_or_added = {Command.PLAN: 1 + pick % 3, Command.SEND_BACK: 1}
    return planned_or_added.get(command, standing.left - pick % 2)


@pytest.mark.parametrize("procedure", PROCEDURES)
@settings(max_examples=30, deadline=None)
@given(days=st.lists(DAYS, min_size=20, max_size=90))
def test_no_sequence_of_commands_skips_a_step(
    procedure: DecisionProcedure, days: list[tuple[int, Command, int, Outcome, int, int]]
) -> None:
    standing, today = Standing(procedure.steps), START
    done: list[str] = []
    given_since: list[Command] = []
    called_for = shown_until = START
    for obeys, wish, pick, came, ahead, pause in days:
        today += timedelta(days=pause)
        before, day = standing, today + timedelta(days=ahead)
        offered = [one for one in possible(before, today=today) if one is not Command.WITHDRAW]
        command = offered[pick % len(offered)] if obeys and offered else wish
        try:
            standing = moved(
                before, command, today=today, outcome=came, day=day, left=left(before, command, pick), reason=WHY
            )
        except DomainError:
            assert command is Command.CALL or command not in offered
            continue
        assert command in offered
        if command not in BESIDE:
            given_since.append(command)
        if command is Command.COMPLETE:
            assert before.left == 0
        if command is Command.CALL:
            called_for = day
            assert day >= today + timedelta(days=before.step.notice_days or 0)
        if command is Command.SIT or (command is Command.RECORD and before.phase is Phase.CALLED):
            assert today >= called_for
        if command is Command.PUBLISH:
            shown_until = day
        if command is Command.CONCLUDE:
            assert today > shown_until
        if standing.phase is Phase.ENROLLED and before.phase is Phase.SITTING:
            given_since = [Command.ENROL]
        if standing.position != before.position or standing.state is State.FINISHED:
            done.append(before.step.code)
            assert list(dict.fromkeys(given_since)) in WAYS.get(kind_of(before.step), [WHOLE.get(kind_of(before.step))])
            given_since = []
    codes = [step.code for step in procedure.steps]
    assert done == codes[: len(done)]
    assert (standing.state is State.FINISHED) == (done == codes)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_procedure_can_be_gone_to_its_end(procedure: DecisionProcedure) -> None:
    standing, today = Standing(procedure.steps), START
    for _ in range(6 * len(procedure.steps)):
        today += timedelta(days=30)
        offered = [one for one in possible(standing, today=today) if one is not Command.WITHDRAW]
        if not offered:
            break
        ahead = [one for one in offered if one not in BESIDE]
        to_go = left(standing, ahead[-1], 1)
        standing = moved(standing, ahead[-1], today=today, day=today + timedelta(days=20), left=to_go, reason=WHY)
    assert standing.state is State.FINISHED


def test_walks_of_what_is_possible_take_every_line_of_the_table() -> None:
    taken = set()
    for seed, procedure in enumerate(EVERY * 6):
        draw, standing, today = random.Random(seed), Standing(procedure.steps), START
        while offered := [one for one in possible(standing, today=today) if one is not Command.WITHDRAW]:
            command = draw.choice(offered)
            taken.add((kind_of(standing.step), standing.phase, command))
            to_go = left(standing, command, draw.randrange(4))
            standing = moved(standing, command, today=today, day=today + timedelta(days=11), left=to_go, reason=WHY)
            today += timedelta(days=draw.choice([0, 12]))
            while standing.state is State.OPEN and possible(standing, today=today) == [Command.WITHDRAW]:
                today += timedelta(days=1)
    assert taken == set(TRANSITIONS)


def test_milestones_are_reached_one_at_a_time_and_all_before_the_committee_is_asked() -> None:
    steps = PROFILES.for_tenant("421202").supervision.procedures[0].steps
    at = next(number for number, step in enumerate(steps) if step.kind == "execute")
    standing = moved(Standing(steps, position=at), Command.PLAN, today=START, left=3)
    for command, to_go in ((Command.REPORT, 1), (Command.COMPLETE, 0), (Command.ACCEPT, 0), (Command.PUBLISH, 0)):
        with pytest.raises(DomainError):
            moved(standing, command, today=START, day=START, left=to_go)
    with pytest.raises(DomainError):
        moved(Standing(steps, position=at), Command.PLAN, today=START, left=0)


def test_a_postponed_day_moves_the_following_ones_only_where_they_would_lie_before_it() -> None:
    days = [START + timedelta(days=number) for number in (5, 10, 30)]
    done = planned("李国强", None, [("一", days[0]), ("二", days[1]), ("三", days[2])], START)
    after = done.postponed(START + timedelta(days=12))
    assert [one.due_on - START for one in after.milestones] == [timedelta(days=n) for n in (12, 12, 30)]
    assert [one.first_due_on for one in after.milestones] == days
    with pytest.raises(DomainError):
        done.postponed(days[0])


def test_what_was_carried_out_is_published_however_people_judge_it() -> None:
    steps = PROFILES.for_tenant("511703").supervision.procedures[0].steps
    for at, step in enumerate(steps):
        if kind_of(step) is Kind.PLAIN:
            after = moved(Standing(steps, position=at), Command.RECORD, today=START, outcome=Outcome.REFUSED)
            assert (after.state, after.position) == (
                (State.OPEN, at + 1) if step.code == "evaluate" else (State.REJECTED, at)
            )


def test_who_withdraws_says_why_and_ends_it() -> None:
    standing = Standing(EVERY[0].steps)
    with pytest.raises(DomainError):
        moved(standing, Command.WITHDRAW, today=START)
    ended = moved(standing, Command.WITHDRAW, today=START, reason="重复立项")
    assert ended.state is State.WITHDRAWN
    assert possible(ended, today=START) == []
    with pytest.raises(DomainError):
        moved(ended, Command.WITHDRAW, today=START, reason="再撤")


def test_who_calls_a_meeting_off_says_why_and_the_same_people_are_called_again() -> None:
    steps = PROFILES.for_tenant("421202").supervision.procedure("group_meeting").steps
    called = Standing(steps, phase=Phase.CALLED, called_for=START)
    with pytest.raises(DomainError):
        moved(called, Command.CALL_OFF, today=START)
    off = moved(called, Command.CALL_OFF, today=START, reason=WHY)
    assert (off.phase, off.position, off.called_for) == (Phase.ENROLLED, 0, None)
    assert Command.SIT not in possible(off, today=START + timedelta(days=9))


@pytest.mark.parametrize(
    ("kinds", "sex", "words"),
    [
        ([], "1", "本人"),
        (["spouse"], "", "配偶"),
        (["child"], "2", "女儿"),
        (["parent", "child"], "1", "兄弟"),
        (["spouse", "parent"], "1", "配偶的父亲"),
        (["child", "spouse"], "2", "儿媳"),
        (["spouse", "spouse"], "1", "近亲属"),
    ],
)
def test_kin_are_called_as_people_call_them(kinds: list[str], sex: str, words: str) -> None:
    assert relation_of(kinds, sex)[0] == words


def test_every_path_of_two_steps_that_the_registry_tells_has_its_words() -> None:
    steps = ("parent", "child", "spouse")
    paths = [[one, two] for one in steps for two in steps if (one, two) != ("spouse", "spouse")]
    said = [relation_of(path, sex) for path in paths for sex in ("", "1", "2")]
    assert len({zh for zh, _ in said}) == len(said) == len({en for _, en in said})


def test_every_phase_of_every_kind_has_a_way_on() -> None:
    for kind in Kind:
        phases = {phase for of, phase, _ in TRANSITIONS if of is kind}
        reached = {target for (of, _, _), target in TRANSITIONS.items() if of is kind}
        assert reached - phases == {Phase.DONE}


def step_of(tenant: str, procedure: str, code: str):  # type: ignore[no-untyped-def]
    steps = PROFILES.for_tenant(tenant).supervision.procedure(procedure).steps
    return next(step for step in steps if step.code == code)


def count(present: int, agreed: int, eligible: int = 312, against: int = 0, **more: int) -> Count:
    votes = {"for": agreed, "against": against, "abstain": 0, "invalid": 0}
    numbers = {"recused": 0, "online": 0, "proxies": 0} | more
    return Count("villagers", eligible, present=present, voted=agreed + against, votes=votes, **numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("present", "agreed", "came"),
    [(156, 156, "no_quorum"), (157, 78, "refused"), (157, 79, "agreed"), (168, 84, "refused"), (168, 85, "agreed")],
)
def test_half_is_not_more_than_half(present: int, agreed: int, came: str) -> None:
    assert outcome(step_of("421202", "villagers_meeting", "resolve"), [count(present, agreed)]) == came


def test_the_panel_says_its_numbers_in_words() -> None:
    step = step_of("421202", "villagers_meeting", "resolve")
    panel = figures(step, count(168, 150, against=10, online=20))
    assert panel["text"] == (
        "应到 312 人，实到 168 人（其中线上 20），过半数 157 人，达到法定人数；"
        "同意 150 票，反对 10 票，弃权 0 票，到会过半数 85 票，通过。"
    )
    assert panel["quorum"] == {"count": 168, "needed": 157, "of": 312, "met": True}
    hidden = figures(step, count(168, 150), running=True)
    assert (hidden["votes"], hidden["majority"]) == (None, None)
    assert "150 票" not in hidden["text"]
    assert "for" not in hidden["text_en"].split()


def test_an_open_vote_shows_its_numbers_while_it_runs_and_no_result() -> None:
    panel = figures(step_of("421202", "households_meeting", "resolve"), count(300, 290), running=True)
    assert (panel["votes"]["for"], panel["majority"]["met"]) == (290, True)
    assert panel["text"].endswith("同意 290 票，反对 0 票，弃权 0 票，到会过半数 151 票，表决还在进行。")
    assert panel["text_en"].endswith("still voting.")


def test_two_thirds_are_reached_and_every_body_of_a_merged_step_must_agree() -> None:
    merged = step_of("440704", "four_deliberations_merged", "deliberate_and_resolve")
    assert merged.quorum.needed(32) == 22
    party, others = count(22, 12, 32), count(20, 20, 30)
    assert outcome(merged, [party, others]) is Outcome.AGREED
    assert figures(merged, party)["text"].startswith("村（居）民：应到 32 人")
    assert outcome(merged, [party, count(20, 10, 30)]) is Outcome.REFUSED
    assert outcome(merged, [count(21, 21, 32), others]) is Outcome.NO_QUORUM


def test_nobody_is_a_majority_of_nobody() -> None:
    step = step_of("421202", "villagers_meeting", "resolve")
    assert outcome(step, [count(0, 0, 0)]) is Outcome.NO_QUORUM


def test_the_digest_of_a_roll_does_not_depend_on_the_order_in_which_it_came() -> None:
    people = [Eligible(UUID(int=number), None) for number in (3, 1, 2)]
    assert digest(people) == digest(sorted(people, key=lambda one: one.resident))
    assert digest(people) != digest(people[:2])


@pytest.mark.parametrize("phase", [*(one.value for one in Phase), "finished", "rejected", "withdrawn"])
def test_a_refusal_out_of_turn_is_said_in_words_and_not_in_codes(phase: str) -> None:
    for command in [*(one.value for one in Command), "attach"]:
        said = WrongStep(command=command, phase=phase).text("zh")
        assert not re.search(r"[a-z_{}]", said)
