"""Routes of flags: the list, one with its evidence, the steps with it; the rules, their thresholds and their back-tests."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.counted import Counted, counted_by
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.jobs import accepted
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from starlette.responses import Response

from linli_supervision.clients.gateway import GatewayClient, Holder
from linli_supervision.disclosures.place import Command, Db, Version, linli_of, profile_of
from linli_supervision.flags import repository, schemas, service, views
from linli_supervision.flags.rules import Severity, shipped
from linli_supervision.flags.watching import rules_of
from linli_supervision.flags.workflow import State, Step
from linli_supervision.ledger import repository as ledger
from linli_supervision.ledger import service as entries
from linli_supervision.ledger.reader import LogReader
from linli_supervision.policy import POLICY, WATCHERS, Permission

PREFIX = "/api/supervision/v1"
router = ServiceRouter(prefix=f"{PREFIX}/flags", tags=["flags"])
rule_router = ServiceRouter(prefix=f"{PREFIX}/flag-rules", tags=["flags"])
AREA_DIGITS = (12, 6, 4)
"""Of a village, its county and its prefecture: where supervision has its posts."""
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.FLAG_READ))]
Handler = Annotated[Viewer, Depends(require(POLICY, Permission.FLAG_HANDLE))]


def _filter(
    rule: Annotated[str | None, Query(max_length=60)] = None,
    severity: Severity | None = None,
    division: Annotated[
        str | None, Query(pattern="^[0-9]{2,12}$", description="a village or what lies above it")
    ] = None,
    owner: Annotated[UUID | None, Query(description="whoever took it over")] = None,
) -> schemas.FlagFilter:
    return schemas.FlagFilter(rule=rule, severity=severity, division=division, owner=owner)


Wanted = Annotated[schemas.FlagFilter, Depends(_filter)]


@router.get("", response_model=schemas.FlagPage)
async def list_flags(
    request: Request,
    viewer: Reader,
    db: Db,
    wanted: Wanted,
    state: State | None = None,
    counted: Annotated[Counted | None, Depends(counted_by("flags_open"))] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Flags of your area, newest first; one that is about you is not among them."""
    before = Cursor.parse(cursor, UUID)
    narrowed = schemas.FlagFilter(wanted.rule, wanted.severity, state, wanted.division, wanted.owner)
    begin = before[0] if before else None
    rows = await db.fetch_all(repository.listing(viewer, narrowed, begin, limit, waiting=counted is not None))
    kept, following = page(rows, limit, lambda row: [row["id"]])
    names = await _names(request, views.accounts_of(kept))
    return fast_json({"items": [views.brief(row, viewer, names) for row in kept], "next_cursor": following})


@router.get("/counts", response_model=schemas.FlagCounts)
async def count_flags(viewer: Reader, db: Db, wanted: Wanted) -> Response:
    """How many flags of your area there are in each state."""
    rows = await db.fetch_all(repository.by_state(viewer, wanted))
    counted = {row["state"]: row["flags"] for row in rows}
    return fast_json({"counts": {state.value: counted.get(state.value, 0) for state in State}})


@router.get("/{flag_id}", response_model=schemas.Flag)
async def get_flag(request: Request, flag_id: UUID, viewer: Reader, db: Db) -> Response:
    """One flag: what the rule means, the ledger's entries behind it, and what was done about it."""
    row = await db.fetch_one(repository.one(viewer, flag_id))
    if row is None:
        raise NotFound
    act = Act(action="flag.read", object_kind="flag", object_id=flag_id, division=row["division"])
    await read_audit(request, viewer, act)
    return await _answer(request, viewer, row, db.fetch_all)


def _step_route(step: Step) -> Callable[..., Any]:
    async def take(
        request: Request, flag_id: UUID, body: schemas.FlagNote, viewer: Handler, version: Version, db: Db, tx: Command
    ) -> Response:
        await _apart(request, viewer, await db.fetch_one(repository.one(viewer, flag_id)), viewer.subject)
        await service.take_step(tx, viewer, profile_of(request, viewer.tenant), flag_id, version, step, body.note)
        row = await tx.one(repository.one(viewer, flag_id))
        if row is None:
            raise NotFound
        return await _answer(request, viewer, row, tx.all)

    take.__name__ = f"{step.value}_flag"
    return take


_SAID = {
    Step.TAKE: "Take a flag over: from now on you answer for it.",
    Step.EXPLAIN: "Write down what the person said; the flag may still be confirmed or dismissed.",
    Step.CONFIRM: "The flag is right: something went wrong.",
    Step.DISMISS: "The flag is wrong or nothing is the matter, with the reason.",
    Step.CLOSE: "Close it with a finding: what follows from it.",
}


@router.get("/{flag_id}/candidates", response_model=schemas.FlagCandidates)
async def list_candidates(request: Request, flag_id: UUID, viewer: Handler, db: Db) -> Response:
    """Who can be given a flag."""
    known = await _candidates(request, viewer, await db.fetch_one(repository.one(viewer, flag_id)))
    return fast_json({"items": [{"id": one.id, "name": one.name, "title": one.title} for one in known.values()]})


@router.post("/{flag_id}/assign", response_model=schemas.Flag)
async def assign_flag(
    request: Request,
    flag_id: UUID,
    body: schemas.FlagAssignment,
    viewer: Handler,
    version: Version,
    db: Db,
    tx: Command,
) -> Response:
    """Give a flag to somebody who answers for it from now on."""
    found = await db.fetch_one(repository.one(viewer, flag_id))
    known = await _candidates(request, viewer, found)
    profile, to = profile_of(request, viewer.tenant), known.get(body.account)
    for account in {viewer.subject, body.account} if to else {viewer.subject}:
        await _apart(request, viewer, found, account)
    await service.assign(tx, viewer, profile, flag_id, version, to, body.note)
    row = await tx.one(repository.one(viewer, flag_id))
    if row is None:
        raise NotFound
    return await _answer(request, viewer, row, tx.all)


async def _apart(request: Request, viewer: Viewer, row: Any, account: UUID) -> None:
    await service.require_nobody_it_is_about(linli_of(request).extra["registry"], viewer.tenant, row, account)


async def _candidates(request: Request, viewer: Viewer, row: Any) -> dict[UUID, Holder]:
    if row is None:
        raise NotFound
    gateway: GatewayClient = linli_of(request).extra["gateway"]
    areas = ",".join(row["division"][:digits] for digits in AREA_DIGITS)
    holders = await gateway.holders(viewer.tenant, areas, {role.value for role in WATCHERS})
    return service.candidates(row, holders, viewer.subject)


for _step, _words in _SAID.items():
    router.post(f"/{{flag_id}}/{_step.value}", response_model=schemas.Flag, description=_words)(_step_route(_step))


async def _answer(request: Request, viewer: Viewer, row: Any, read: Callable[..., Any]) -> Response:
    database = linli_of(request).database
    history = await read(repository.steps(viewer.tenant, row["id"]))
    found = await ledger.entries_at(database, viewer, viewer.tenant, row["entries"])
    size = (await LogReader(database, viewer.tenant).newest()).size
    evidence = [entries.describe(one, size) for one in found]
    await entries.name_actors(linli_of(request).extra["gateway"], evidence)
    names = await _names(request, views.accounts_of([row]))
    return fast_json(views.full(row, viewer, names, evidence, history), etag=row["version"])


async def _names(request: Request, accounts: set[UUID]) -> dict[UUID, str]:
    named: dict[UUID, str] = await linli_of(request).extra["gateway"].names(accounts)
    return named


@rule_router.get("", response_model=schemas.FlagRuleList)
async def list_rules(request: Request, viewer: Reader, db: Db) -> Response:
    """The rules as they hold in your county."""
    return fast_json({"items": await _rules(request, viewer)})


@rule_router.put("/{rule}", response_model=schemas.FlagRule)
async def change_rule(
    request: Request,
    rule: str,
    body: schemas.FlagRuleChange,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.FLAG_RULE))],
    version: Version,
    tx: Command,
) -> Response:
    """Switch a rule on or off and set its thresholds for your county, after a back-test."""
    await service.change_rule(tx, viewer, rule, version, body)
    changed = {**body.model_dump(), "rule": rule, "changed_by": viewer.subject, "changed_at": tx.now}
    held = service.rule_named(rule).changed(body.thresholds)
    told = views.rule(held, {**changed, "version": version + 1}, 0, None, {viewer.subject: viewer.name})
    return fast_json(told | {"on": body.on}, etag=version + 1)


@rule_router.post("/{rule}/back-tests", status_code=202)
async def back_test(
    rule: str,
    body: schemas.BackTest,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.FLAG_BACKTEST))],
    tx: Command,
) -> Response:
    """Try thresholds on the last days of your area, as a job; its result says what they would have flagged."""
    return accepted(PREFIX, await service.ask_back_test(tx, viewer, rule, body))


async def _rules(request: Request, viewer: Viewer) -> list[dict[str, Any]]:
    database = linli_of(request).database
    held = await rules_of(database, viewer.tenant)
    changed = await repository.changes(database, viewer.tenant)
    looked = await repository.looked(database, viewer.tenant)
    waiting = await repository.open_by_rule(database, viewer)
    names = await _names(request, {row["changed_by"] for row in changed.values()})
    return [
        views.rule(held[name], changed.get(name), waiting.get(name, 0), looked.get(name), names) for name in shipped()
    ]
