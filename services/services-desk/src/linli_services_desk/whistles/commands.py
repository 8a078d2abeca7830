"""The commands on a whistle, as one table. Each takes `If-Match` and answers with the whistle as it stands now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from linli_kernel.http import ApiModel, ServiceRouter
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require

from linli_services_desk.cases.schemas import WithNote, WithReason
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.whistles import handling, reporting
from linli_services_desk.whistles.endpoints import CurrentTx, Expected, whole
from linli_services_desk.whistles.hand import load
from linli_services_desk.whistles.schemas import (
    AssignDepartments,
    CallDepartments,
    DepartmentAnswer,
    JoinInto,
    SendWhistleBack,
    Whistle,
)

router = ServiceRouter(prefix="/api/desk/v1/whistles/{whistle_id}", tags=["whistles"])
P = Permission


@dataclass(frozen=True, slots=True)
class Row:
    """One command: `work` gets the field `part` of the body, the whole body where none is named."""

    path: str
    permission: Permission
    body: type[ApiModel]
    part: str | None
    work: Callable[..., Awaitable[None]]
    text: str


COMMANDS = (
    Row(
        "call", P.WHISTLE_CHECK, WithNote, "note", handling.call_township,
        "The village checked a resident's report and calls the township.",
    ),
    Row(
        "dismiss", P.WHISTLE_SORT, WithReason, "reason", handling.dismiss,
        "No matter for departments; the resident reads the reason. By the village before its call, by the township after it.",
    ),
    Row(
        "join", P.WHISTLE_SORT, JoinInto, "into_id", reporting.join,
        "Join to another open whistle of the village; its reporters follow and rate that one.",
    ),
    Row(
        "whistle", P.WHISTLE_BLOW, CallDepartments, None, handling.whistle,
        "The township whistles for one or several departments; their clocks run from now.",
    ),
    Row(
        "assign", P.WHISTLE_BLOW, AssignDepartments, "departments", handling.assign_more,
        "Call further departments, or a new lead after the first declined.",
    ),
    Row("report-in", P.WHISTLE_HANDLE, WithNote, "note", handling.report_in, "报到: the department has come."),
    Row(
        "decline", P.WHISTLE_HANDLE, WithReason, "reason", handling.decline,
        "退单: not this department's task, with the reason; only before reporting in.",
    ),
    Row(
        "solve", P.WHISTLE_HANDLE, DepartmentAnswer, "answer", handling.solve,
        "The department's answer; the lead's comes last.",
    ),
    Row("close", P.WHISTLE_BLOW, WithNote, "note", handling.close, "销哨: only the whistler."),
    Row(
        "send-back", P.WHISTLE_BLOW, SendWhistleBack, None, handling.send_back,
        "Not solved: back to the departments with the reason; only the whistler.",
    ),
    Row(
        "take-over", P.WHISTLE_BLOW, WithReason, "reason", handling.take_over,
        "Another officer of the township becomes the whistler, with the reason.",
    ),
)  # fmt: skip


def _serve(row: Row) -> None:
    allowed = Depends(require(POLICY, row.permission))

    async def command(
        whistle_id: UUID,
        order: Any,
        viewer: Annotated[Viewer, allowed],
        expected: Expected,
        tx: CurrentTx,
        desk: CurrentDesk,
    ) -> Response:
        wanted = order if row.part is None else getattr(order, row.part)
        await row.work(tx, desk, await load(tx, desk, whistle_id), expected, wanted)
        return await whole(tx, desk, viewer, whistle_id)

    # The framework reads the body's model, the name and the text of a route from its function.
    command.__annotations__["order"] = row.body
    command.__name__, command.__doc__ = row.path.replace("-", "_"), row.text
    router.post(f"/{row.path}", response_model=Whistle)(command)


for _row in COMMANDS:
    _serve(_row)
