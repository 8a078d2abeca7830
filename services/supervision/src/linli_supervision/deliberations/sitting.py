"""A meeting: it is called, people come, vote once, and it is closed with its figures.

Every vote and every attendance holds the deliberation's row, so that two of them never overlap: whoever has voted on paper
cannot vote on line nor the other way round, nor a second member of a household. A secret vote leaves only that somebody has
voted; the choice goes into a count without who and when, which nobody reads before the meeting is closed. Then papers and urn
are kept as one sum alone: of a single vote on line the urn by itself would tell the choice.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.profile import Profile
from linli_kernel.profile.supervision import DecisionStep
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_supervision.deliberations import repository, service
from linli_supervision.deliberations.counting import CHOICES, Choice, Count, figures, outcome
from linli_supervision.deliberations.errors import (
    ChoiceUnfit,
    DeliberationNotFound,
    NotEnrolled,
    NotPresent,
    NotSitting,
    OnlineNotAllowed,
    ProxyNotAllowed,
    ProxyUnwritten,
    TallyMissing,
    TallyTooLarge,
    VotedAlready,
    WrongStep,
)
from linli_supervision.deliberations.schemas import (
    Attendance,
    Ballot,
    HandVotes,
    MeetingCall,
    Minutes,
    PaperTally,
    Recusal,
    WhyCalledOff,
)
from linli_supervision.deliberations.tables import (
    deliberation,
    deliberation_file,
    deliberation_tally,
    deliberation_voter,
)
from linli_supervision.deliberations.workflow import Command, MeetingState, Outcome, Phase, State
from linli_supervision.disclosures.personal import fit
from linli_supervision.rows import Row

CODE_BYTES = 16
CALLED_OFF = "called_off"
NOT_CALLED: Mapping[str, Any] = {"called_for": None, "place": "", "check_in": None}
THERE = frozenset({"list", "code"})
_v = deliberation_voter.c


async def call(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: MeetingCall
) -> None:
    """Call the meeting, or move one that was called, and have those on the roll told; the code for its door is new each time."""
    row = await service.load(tx, viewer, deliberation_id, version)
    await service.advance(
        tx,
        viewer,
        row,
        Command.CALL,
        day=said.at.astimezone(SHANGHAI).date(),
        called_for=said.at,
        place=fit(profile, place=said.place)["place"],
        check_in=secrets.token_urlsafe(CODE_BYTES),
    )
    state = MeetingState.CHANGED if row["phase"] == Phase.CALLED else MeetingState.CALLED
    await service.tell_meeting(tx, row, said.at, state)


async def call_off(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: WhyCalledOff
) -> None:
    """Call a meeting off before it is held, and have those on the roll told; the same people are called to another."""
    row = await service.load(tx, viewer, deliberation_id, version)
    step = await service.present_step(tx, row)
    reason = fit(profile, reason=said.reason)["reason"]
    at = step["called_for"] if step is not None else None
    if step is None or at is None:
        raise WrongStep(command=Command.CALL_OFF.value, phase=row["phase"])
    day = at.astimezone(SHANGHAI).date().isoformat()
    off = {"day": day, "place": step["place"], "note": reason, "outcome": CALLED_OFF, "counts": []}
    sittings = [*step["sittings"], off]
    await service.advance(tx, viewer, row, Command.CALL_OFF, reason=reason, sittings=sittings, **NOT_CALLED)
    await service.tell_meeting(tx, row, at, MeetingState.OFF)


async def sit(tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int) -> None:
    row = await service.load(tx, viewer, deliberation_id, version)
    await service.advance(tx, viewer, row, Command.SIT, held_on=tx.now.date())


async def _meeting(
    tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int | None = None
) -> tuple[Row, DecisionStep]:
    row = await service.load(tx, viewer, deliberation_id, version)
    _sitting(row)
    return row, service.standing_of(row, None).step


def _sitting(row: Row) -> None:
    if row["state"] != State.OPEN or row["phase"] != Phase.SITTING:
        raise NotSitting


async def _people(tx: Tx, row: Row, body: str, residents: Sequence[UUID]) -> Sequence[Row]:
    """The lines of the roll of these people; raises NotEnrolled when one of them has none."""
    wanted = set(residents)
    here = repository.of_roll(tx.tenant, row["id"], row["position"], body)
    found = await tx.all(select(deliberation_voter).where(here, _v.resident.in_(wanted)))
    if len(found) < len(wanted):
        raise NotEnrolled(count=len(wanted) - len(found))
    return found


async def _mark(tx: Tx, row: Row, body: str, residents: Sequence[UUID], **values: Any) -> None:
    here = repository.of_roll(tx.tenant, row["id"], row["position"], body)
    await tx.execute(update(deliberation_voter).where(here, _v.resident.in_(set(residents))).values(**values))


async def attend(tx: Tx, viewer: Viewer, deliberation_id: UUID, said: Attendance) -> None:
    """Note who has come or is spoken for; who has voted stays present."""
    row, step = await _meeting(tx, viewer, deliberation_id)
    found = await _people(tx, row, said.body, said.residents)
    voted = [one for one in found if one["voted"] is not None]
    if voted:
        raise VotedAlready(count=len(voted))
    if said.present and said.proxy is not None:
        await _may_speak_for(tx, row, step, said, found)
    if not said.present:
        await _stop_speaking(tx, row, said.body, said.residents)
    how = None if not said.present else "proxy" if said.proxy is not None else "list"
    await _mark(tx, row, said.body, said.residents, attended=how, proxy=said.proxy if said.present else None)
    service.record_act(
        tx, "deliberation.attendance", row, said.residents, present=said.present, proxy=said.proxy is not None
    )


async def _may_speak_for(tx: Tx, row: Row, step: DecisionStep, said: Attendance, found: Sequence[Row]) -> None:
    here = repository.of_roll(tx.tenant, row["id"], row["position"], said.body)
    (holder,) = await _people(tx, row, said.body, [said.proxy] if said.proxy else [])
    others = _v.resident.not_in(set(said.residents))
    already = await tx.scalar(select(func.count()).where(here, _v.proxy == said.proxy, others))
    in_person = holder["attended"] in THERE and said.proxy not in said.residents
    if not in_person or any(one["attended"] in THERE for one in found) or already + len(found) > step.proxies:
        raise ProxyNotAllowed(most=step.proxies)
    everybody = repository.of_roll(tx.tenant, row["id"], row["position"])
    spoken_for = await tx.scalar(select(func.count()).where(everybody, _v.proxy.is_not(None), others))
    if await _files(tx, row, "proxy") < spoken_for + len(found):
        raise ProxyUnwritten


async def _stop_speaking(tx: Tx, row: Row, body: str, residents: Sequence[UUID]) -> None:
    """Whoever leaves speaks for nobody; once they have voted for somebody they stay."""
    spoken_for = (repository.of_roll(tx.tenant, row["id"], row["position"], body), _v.proxy.in_(set(residents)))
    voted = await tx.scalar(select(func.count()).where(*spoken_for, _v.voted.is_not(None)))
    if voted:
        raise VotedAlready(count=voted)
    await tx.execute(update(deliberation_voter).where(*spoken_for).values(attended=None, proxy=None))


async def recuse(tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, said: Recusal) -> None:
    """Somebody whom the matter concerns steps aside: neither counted nor voting."""
    row, _ = await _meeting(tx, viewer, deliberation_id)
    (found,) = await _people(tx, row, said.body, [said.resident])
    if found["voted"] is not None:
        raise VotedAlready(count=1)
    await _stop_speaking(tx, row, said.body, [said.resident])
    reason = fit(profile, reason=said.reason)["reason"]
    await _mark(tx, row, said.body, [said.resident], recused=reason, attended=None, proxy=None)
    service.record_act(tx, "deliberation.recuse", row, [said.resident], body=said.body)


async def hand_votes(tx: Tx, viewer: Viewer, deliberation_id: UUID, said: HandVotes) -> None:
    """Note how those present have voted, or in a secret vote that they took a ballot paper."""
    row, step = await _meeting(tx, viewer, deliberation_id)
    if (said.choice is None) != (step.ballot == "secret"):
        raise ChoiceUnfit
    found = await _people(tx, row, said.body, said.residents)
    away = [one for one in found if one["attended"] in (None, "online") or one["recused"] is not None]
    await _once(tx, row, step, said.body, found)
    if away:
        raise NotPresent(count=len(away))
    await _mark(tx, row, said.body, said.residents, voted="paper", choice=said.choice)
    service.record_act(tx, "deliberation.vote", row, said.residents, body=said.body, how="paper")


async def _once(tx: Tx, row: Row, step: DecisionStep, body: str, found: Sequence[Row]) -> None:
    """Raise VotedAlready for whoever has voted, or whose household has, or for two of one household at once."""
    voted = [one for one in found if one["voted"] is not None]
    if not voted and step.unit == "household":
        homes = [one["household"] for one in found if one["household"] is not None]
        here = repository.of_roll(tx.tenant, row["id"], row["position"], body)
        voted = list(
            await tx.all(select(_v.household).where(here, _v.household.in_(homes), _v.voted.is_not(None)))
        ) or [one for one in found if homes.count(one["household"]) > 1]
    if voted:
        raise VotedAlready(count=len(voted))


async def _own(tx: Tx, viewer: Viewer, deliberation_id: UUID, body: str | None) -> tuple[Row, list[Row]]:
    """The meeting and the resident's own lines of its roll; a vote of others does not exist for her."""
    row = await tx.one(
        select(deliberation)
        .where(deliberation.c.tenant == viewer.tenant, deliberation.c.id == deliberation_id)
        .with_for_update()
    )
    if row is None or viewer.resident is None:
        raise DeliberationNotFound
    here = repository.of_roll(tx.tenant, row["id"], row["position"], body)
    lines: list[Row] = list(await tx.all(select(deliberation_voter).where(here, _v.resident == viewer.resident)))
    if not lines:
        raise DeliberationNotFound
    return row, lines


async def check_in(tx: Tx, viewer: Viewer, deliberation_id: UUID, code: str) -> None:
    """A resident is at the door and has read its code; whoever was to speak for her does so no more."""
    row, lines = await _own(tx, viewer, deliberation_id, None)
    _sitting(row)
    step = await service.present_step(tx, row)
    if step is None or not secrets.compare_digest(step["check_in"] or "", code):
        raise DeliberationNotFound
    here = repository.of_roll(tx.tenant, row["id"], row["position"])
    away = or_(_v.attended.is_(None), and_(_v.attended == "proxy", _v.voted.is_(None)))
    coming = (_v.resident == viewer.resident, away, _v.recused.is_(None))
    await tx.execute(update(deliberation_voter).where(here, *coming).values(attended="code", proxy=None))
    service.record_act(tx, "deliberation.check-in", row, [line["resident"] for line in lines])


async def cast(tx: Tx, viewer: Viewer, deliberation_id: UUID, said: Ballot) -> None:
    """A resident votes on line, once, and counts as present by it."""
    row, lines = await _own(tx, viewer, deliberation_id, said.body)
    _sitting(row)
    step = service.standing_of(row, None).step
    if not step.online:
        raise OnlineNotAllowed
    (line,) = lines
    if line["recused"] is not None or line["attended"] == "proxy":
        raise NotPresent(count=1)
    await _once(tx, row, step, said.body, [line])
    secret = step.ballot == "secret"
    values = {"voted": "online", "choice": None if secret else said.choice, "attended": line["attended"] or "online"}
    await _mark(tx, row, said.body, [line["resident"]], **values)
    if secret:
        await _into_the_urn(tx, row, said)
    service.record_act(tx, "deliberation.vote", row, [line["resident"]], body=said.body, how="online")


async def _into_the_urn(tx: Tx, row: Row, said: Ballot) -> None:
    key = {"tenant": tx.tenant, "deliberation_id": row["id"], "position": row["position"], "body": said.body}
    made = upsert(deliberation_tally).values(**key, choice=said.choice, votes=1)
    again = {"votes": deliberation_tally.c.votes + 1}
    await tx.execute(made.on_conflict_do_update(index_elements=[*key, "choice"], set_=again))


async def tally(tx: Tx, viewer: Viewer, deliberation_id: UUID, said: PaperTally) -> None:
    """Keep the count of the ballot papers of a secret vote; there are never more than were given out."""
    row, step = await _meeting(tx, viewer, deliberation_id)
    if step.ballot != "secret" or said.body not in step.bodies:
        raise ChoiceUnfit
    counted = {
        "for": said.votes_for, "against": said.votes_against, "abstain": said.abstained, "invalid": said.invalid,
    }  # fmt: skip
    here = repository.of_roll(tx.tenant, row["id"], row["position"], said.body)
    given = await tx.scalar(select(func.count()).where(here, _v.voted == "paper"))
    if sum(counted.values()) > given:
        raise TallyTooLarge(counted=sum(counted.values()), given=given)
    now = await service.present_step(tx, row)
    kept = {**(now["tally"] if now is not None else {}), said.body: counted}
    await service.keep_step(tx, row, step, tally=kept)
    # How the papers alone were marked stays off the record, as after the meeting (`close`).
    service.record_act(tx, "deliberation.tally", row, body=said.body, papers=given)


async def close(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: Minutes
) -> Outcome:
    """Close the meeting: count, and say what came of it. Too few present leads back to another call."""
    row, step = await _meeting(tx, viewer, deliberation_id, version)
    now = await service.present_step(tx, row)
    await _papers_are_counted(tx, row, step, now)
    await _proxies_are_written(tx, row)
    counts = await count(tx.all, row, step, now)
    came = outcome(step, counts)
    sitting = {
        "day": tx.now.date().isoformat(),
        "place": now["place"] if now is not None else "",
        "note": fit(profile, note=said.note)["note"],
        "outcome": came.value,
        "counts": [figures(step, one) for one in counts],
        "kin": await _kin(tx, row, now),
    }
    sittings = [*(now["sittings"] if now is not None else []), sitting]
    more: dict[str, Any] = dict(NOT_CALLED) if came is Outcome.NO_QUORUM else {"result": came.value}
    told = {"outcome": came.value, "counts": [_told(one) for one in counts]}
    await service.advance(tx, viewer, row, Command.CLOSE, outcome=came, detail=told, sittings=sittings, **more)
    await service.empty_the_urn(tx, row)
    if came is Outcome.NO_QUORUM:
        await _empty_the_hall(tx, row)
    return came


async def _kin(tx: Tx, row: Row, now: Row | None) -> dict[str, int] | None:
    """How many on the roll were kin of whom the matter concerns, and how many of them stepped aside; never who."""
    if now is None or now["kin"] is None:
        return None
    people = {UUID(one["person"]) for one in now["kin"]["items"]}
    lines = await tx.all(repository.among(tx.tenant, row["id"], row["position"], people))
    recused = {one["resident"] for one in lines if one["recused"] is not None}
    return {"found": len(people), "recused": len(recused)}


def _told(one: Count) -> dict[str, Any]:
    """What the record keeps of a count, so that nobody changes it afterwards."""
    return {"body": one.body, "eligible": one.eligible, "present": one.present, "votes": one.votes}


async def _proxies_are_written(tx: Tx, row: Row) -> None:
    """Nobody took a written proxy off again after it had served."""
    here = repository.of_roll(tx.tenant, row["id"], row["position"])
    spoken_for = await tx.scalar(select(func.count()).where(here, _v.proxy.is_not(None)))
    if spoken_for and await _files(tx, row, "proxy") < spoken_for:
        raise ProxyUnwritten


async def _papers_are_counted(tx: Tx, row: Row, step: DecisionStep, now: Row | None) -> None:
    """Secret ballots on paper were counted and photographed before the meeting is closed."""
    if step.ballot != "secret":
        return
    here = repository.of_roll(tx.tenant, row["id"], row["position"])
    given = await tx.all(select(_v.body).distinct().where(here, _v.voted == "paper"))
    counted = now["tally"] if now is not None else {}
    photographs = await _files(tx, row, "photograph")
    if any(one["body"] not in counted for one in given) or (given and not photographs):
        raise TallyMissing


async def _files(tx: Tx, row: Row, kind: str) -> int:
    """How many papers of a kind the present step has."""
    of = deliberation_file.c
    here = (of.tenant == tx.tenant, of.deliberation_id == row["id"], of.position == row["position"])
    return int(await tx.scalar(select(func.count()).where(*here, of.kind == kind)) or 0)


async def count(fetch: repository.Fetch, row: Row, step: DecisionStep, now: Row | None) -> list[Count]:
    """Count every body: open votes by their lines, secret ones by paper and urn together."""
    key = (row["tenant"], row["id"], row["position"])
    lines = await fetch(repository.counted(*key, households=step.unit == "household"))
    urn = {(one["body"], one["choice"]): one["votes"] for one in await fetch(repository.tallies(*key))}
    papers = now["tally"] if now is not None else {}
    return [counted_line(line, step, papers.get(line["body"], {}), urn) for line in lines]


def counted_line(line: Row, step: DecisionStep, paper: dict[str, int], urn: dict[tuple[str, str], int]) -> Count:
    body = line["body"]
    votes: dict[Choice, int]
    if step.ballot == "open":
        votes = {"for": line["for"], "against": line["against"], "abstain": line["abstain"], "invalid": 0}
    else:
        votes = {c: paper.get(c, 0) + urn.get((body, c), 0) for c in CHOICES}
    numbers = {name: line[name] for name in ("eligible", "recused", "present", "online", "proxies", "voted")}
    return Count(body, **numbers, votes=votes)


async def _empty_the_hall(tx: Tx, row: Row) -> None:
    """The next meeting begins with nobody there; the figures of this one are kept."""
    here = repository.of_roll(tx.tenant, row["id"], row["position"])
    await tx.execute(update(deliberation_voter).where(here).values(attended=None, proxy=None, voted=None, choice=None))
