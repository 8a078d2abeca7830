"""The resolution and the minutes of its steps as one PDF, set from what was recorded; equal records give equal bytes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.documents import DocumentCompiler, qr_svg, resolve_font_dir
from linli_kernel.profile.supervision import DecisionProcedure, DecisionStep
from msgspec import Struct

from linli_supervision.deliberations import service
from linli_supervision.deliberations.execution import kept, sentences
from linli_supervision.deliberations.resolutions import number_of
from linli_supervision.deliberations.sitting import CALLED_OFF
from linli_supervision.deliberations.words import BODIES, manner, result_of
from linli_supervision.deliberations.workflow import Kind, Outcome, State, kind_of
from linli_supervision.disclosures.wall import Issuer
from linli_supervision.rows import Row

TEMPLATES = Path(__file__).with_name("templates")


class StepLines(Struct, frozen=True):
    """What the paper says of a step that is done."""

    number: int
    name: str
    day: str
    result: str
    lines: list[str]
    by: str


class Resolution(Struct, frozen=True, kw_only=True):
    """`number` is the beginning of the id; `verify_url` opens what was published, once it was."""

    issuer: Issuer
    number: str
    verify_url: str
    published: bool
    issued_at: datetime
    procedure: str
    convenor: str
    notice: str
    title: str
    paragraphs: list[str]
    steps: list[StepLines]


@lru_cache(maxsize=2)
def compiler(font_dir: Path | None = None) -> DocumentCompiler:
    """Return the typesetter, made once per font folder (None: the project's own)."""
    return DocumentCompiler(TEMPLATES, resolve_font_dir(font_dir))


def resolution(row: Row, steps: Sequence[Row], rolls: Sequence[Row], *, village: str, public_url: str) -> Resolution:
    """Return the paper of what was done so far."""
    plan = service.plan_of(row)
    done = [one for one in steps if one["done_at"] is not None]
    shown = [disclosure for one in done for disclosure in one["disclosures"]]
    decided = plan.binding and _passed(plan, done)
    return Resolution(
        issuer=Issuer(village),
        number=number_of(row["id"]),
        verify_url=f"{public_url}/disclosures/{shown[0]}" if shown else f"{public_url}/deliberations/{row['id']}",
        published=bool(shown),
        issued_at=done[-1]["done_at"] if done else row["created_at"],
        procedure=plan.name.zh,
        convenor=plan.convenor.zh if plan.convenor else "",
        notice=plan.notice.zh if plan.notice else "",
        title=f"关于{row['title']}的{'决议' if decided else '议事记录'}",
        paragraphs=[*(line for line in row["matter"].splitlines() if line.strip()), *_given_up(row)],
        steps=[
            _lines(plan.steps[one["position"]], one, [roll for roll in rolls if roll["position"] == one["position"]])
            for one in done
        ],
    )


def _given_up(row: Row) -> list[str]:
    """When and why it ended before its last step."""
    if row["state"] != State.WITHDRAWN:
        return []
    return [f"本议事于 {row['ended_at'].astimezone(SHANGHAI).date()} 终止，原因：{row['reason']}。"]


def _passed(plan: DecisionProcedure, done: Sequence[Row]) -> bool:
    """Whether the last vote of the procedure was held and passed."""
    votes = [at for at, step in enumerate(plan.steps) if kind_of(step) is Kind.VOTE]
    return any(one["position"] == votes[-1] and one["result"] == Outcome.AGREED for one in done) if votes else False


def _lines(step: DecisionStep, row: Row, rolls: Sequence[Row]) -> StepLines:
    said = [line for line in row["note"].splitlines() if line.strip()]
    called = [_called(row)] if step.invites is not None and row["called_for"] else []
    frozen = [
        f"{'通知名册' if step.invites else '名册'}（{BODIES[roll['body']][0]}）：{roll['people']} 人、{roll['households']} 户，{roll['frozen_at'].astimezone(SHANGHAI).date()}"
        f" 锁定，指纹 {roll['sha256'][:16]}。"
        for roll in rolls
    ]
    counted = [*frozen, *called, *(line for sitting in row["sittings"] for line in _meeting(step, sitting))]
    shown = [f"公示 {_since(row)}至 {row['shown_until']}。"] if row["shown_until"] else []
    done = kept(row["execution"])
    carried_out = sentences(done) if done is not None else []
    held = row["held_on"] or row["done_at"].astimezone(SHANGHAI).date()
    result = result_of(step, row["result"])
    return StepLines(
        row["position"] + 1, step.name.zh, str(held), result, [*counted, *said, *carried_out, *shown], row["by_name"]
    )


def _called(row: Row) -> str:
    """When and where a meeting without a vote was called for."""
    at = row["called_for"].astimezone(SHANGHAI)
    return f"会议定于 {at:%Y-%m-%d %H:%M}，{row['place']}，已通知名册上的人。"


def _meeting(step: DecisionStep, sitting: Mapping[str, Any]) -> list[str]:
    """When, where and how it was voted on, the counts in words, and the minutes."""
    place = f"，{sitting['place']}" if sitting.get("place") else ""
    minutes = [line for line in sitting.get("note", "").splitlines() if line.strip()]
    if sitting["outcome"] == CALLED_OFF:
        return [f"{sitting['day']}{place}，会议取消：{'；'.join(minutes)}"]
    head = f"{sitting['day']}{place}，{manner(step)}："
    return [*(f"{head}{count['text']}" for count in sitting["counts"]), *_kin(sitting.get("kin")), *minutes]


def _kin(count: Mapping[str, int] | None) -> list[str]:
    """How many kin were on the roll; who they are is for those who watch the vote, not for everybody."""
    if not count or not count["found"]:
        return []
    return [f"名册上有涉事人本人或近亲属 {count['found']} 人，其中 {count['recused']} 人回避。"]


def _since(row: Row) -> str:
    return f"{row['held_on']} " if row["held_on"] else ""


async def pdf(paper: Resolution, font_dir: Path | None) -> bytes:
    images = {"qr": qr_svg(paper.verify_url)}
    return await compiler(font_dir).render_in_thread("resolution", paper, created_at=paper.issued_at, images=images)
