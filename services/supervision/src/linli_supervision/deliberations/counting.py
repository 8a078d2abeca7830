"""Quorum and majority in numbers, and the sentence that explains them.

Whoever votes on line takes part and is counted as present. Somebody recused is neither counted nor votes.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from linli_kernel.profile.supervision import DecisionStep, Share

from linli_supervision.deliberations.words import BODIES
from linli_supervision.deliberations.workflow import Outcome

Choice = Literal["for", "against", "abstain", "invalid"]
CHOICES: tuple[Choice, ...] = ("for", "against", "abstain", "invalid")


@dataclass(frozen=True, slots=True)
class Count:
    """Of one body: people, or households where each has one vote."""

    body: str
    eligible: int
    recused: int
    present: int
    online: int
    proxies: int
    voted: int
    votes: dict[Choice, int]


@dataclass(frozen=True, slots=True)
class Bound:
    """A count held against the share that it must have."""

    count: int
    needed: int
    of: int

    @property
    def met(self) -> bool:
        return self.of > 0 and self.count >= self.needed


def bound(share: Share, count: int, step_count: Count) -> Bound:
    of = step_count.eligible if share.of == "eligible" else step_count.present
    return Bound(count, share.needed(of), of)


def quorum(step: DecisionStep, count: Count) -> Bound | None:
    """Those present held against the quorum; None where the rule asks for none."""
    return bound(step.quorum, count.present, count) if step.quorum else None


def majority(step: DecisionStep, count: Count) -> Bound | None:
    return bound(step.majority, count.votes["for"], count) if step.majority else None


def outcome(step: DecisionStep, counts: list[Count]) -> Outcome:
    """Every body must be there in sufficient number, and every one must agree."""
    sufficient = [quorum(step, count) for count in counts]
    if any(one is not None and not one.met for one in sufficient):
        return Outcome.NO_QUORUM
    agreed = [majority(step, count) for count in counts]
    return Outcome.AGREED if all(one is not None and one.met for one in agreed) else Outcome.REFUSED


def figures(step: DecisionStep, count: Count, *, running: bool = False) -> dict[str, Any]:
    """The count panel of one body: numbers, bounds, and the sentences. `running`: the meeting is being held, so that it has
    come to nothing yet, and nobody reads a secret vote."""
    there, agreed = quorum(step, count), majority(step, count)
    hidden = running and step.ballot == "secret"
    passed = None if running or agreed is None else agreed.met and (there is None or there.met)
    # Where several bodies sit together each sentence says of which it is.
    whose = next((words for body, words in BODIES.items() if body == count.body and len(step.bodies) > 1), None)
    return {
        **asdict(count),
        "votes": None if hidden else count.votes,
        "quorum": _shown(there),
        "majority": None if hidden else _shown(agreed),
        "text": (f"{whose[0]}：" if whose else "") + _chinese(step, count, there, None if hidden else agreed, passed),
        "text_en": (f"{whose[1]}: " if whose else "")
        + _english(step, count, there, None if hidden else agreed, passed),
    }


def _shown(one: Bound | None) -> dict[str, Any] | None:
    return None if one is None else {**asdict(one), "met": one.met}


_SHARES = {("more_than", "1/2"): ("过半数", "more than half"), ("at_least", "2/3"): ("三分之二", "two thirds")}


def _share_words(share: Share, language: int) -> str:
    kind = "at_least" if share.at_least is not None else "more_than"
    part = str(share.at_least if share.at_least is not None else share.more_than)
    known = _SHARES.get((kind, part))
    if known is not None:
        return known[language]
    return (f"{'达到' if kind == 'at_least' else '超过'} {part}", f"{kind.replace('_', ' ')} {part}")[language]


def _chinese(step: DecisionStep, count: Count, there: Bound | None, agreed: Bound | None, passed: bool | None) -> str:
    """For instance 应到 312 人，实到 168 人，过半数 157 人，达到法定人数；同意 150 票，…，到会过半数 85 票，通过。"""
    unit = "户" if step.unit == "household" else "人"
    said = f"应到 {count.eligible} {unit}，实到 {count.present} {unit}"
    more = [f"{word} {number}" for word, number in (("线上", count.online), ("委托", count.proxies)) if number]
    said += f"（其中{'、'.join(more)}）" if more else ""
    said += f"，另有 {count.recused} {unit}回避" if count.recused else ""
    if there is not None and step.quorum is not None:
        met = "达到法定人数" if there.met else "未达到法定人数"
        said += f"，{_share_words(step.quorum, 0)} {there.needed} {unit}，{met}"
    if agreed is None or step.majority is None:
        return said + f"；已投票 {count.voted}。"
    votes = count.votes
    said += f"；同意 {votes['for']} 票，反对 {votes['against']} 票，弃权 {votes['abstain']} 票"
    said += f"，无效 {votes['invalid']} 票" if votes["invalid"] else ""
    base = "到会" if step.majority.of == "present" else "应到"
    said += f"，{base}{_share_words(step.majority, 0)} {agreed.needed} 票"
    return said + {None: "，表决还在进行。", True: "，通过。", False: "，未通过。"}[passed]


def _english(step: DecisionStep, count: Count, there: Bound | None, agreed: Bound | None, passed: bool | None) -> str:
    said = (
        f"{count.eligible} {'households' if step.unit == 'household' else 'people'} eligible, {count.present} present"
    )
    more = [f"{number} {word}" for word, number in (("on line", count.online), ("by proxy", count.proxies)) if number]
    said += f" ({', '.join(more)})" if more else ""
    said += f", {count.recused} recused" if count.recused else ""
    if there is not None and step.quorum is not None:
        said += f"; {_share_words(step.quorum, 1)} is {there.needed}: {'quorate' if there.met else 'not quorate'}"
    if agreed is None or step.majority is None:
        return said + f"; {count.voted} have voted."
    votes = count.votes
    said += f"; {votes['for']} for, {votes['against']} against, {votes['abstain']} abstained"
    said += f", {votes['invalid']} invalid" if votes["invalid"] else ""
    said += f"; {_share_words(step.majority, 1)} of those {step.majority.of} is {agreed.needed}: "
    return said + {None: "still voting.", True: "passed.", False: "not passed."}[passed]
