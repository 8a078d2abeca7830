"""Routes of extracts: as a file for the stand-alone verifier, and as a paper. Making one is itself an entry."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, fast_json, file_headers, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require

from linli_supervision.extracts import paper, service
from linli_supervision.extracts.explanation import EXPLANATION
from linli_supervision.extracts.schemas import ExtractFile
from linli_supervision.extracts.words import Words
from linli_supervision.ledger import repository
from linli_supervision.ledger.addresses import Index, Log, Tenant, log_viewer, own_log
from linli_supervision.ledger.errors import EntryNotFound
from linli_supervision.ledger.service import name_actors, with_bytes
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

router = ServiceRouter(prefix="/api/supervision/v1/ledger", tags=["ledger"])
Db = Annotated[Database, Depends(current_db)]
Asker = Annotated[Viewer, Depends(require(POLICY, Permission.LEDGER_EXTRACT))]
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


async def _entry(request: Request, viewer: Viewer, tenant: str, index: int, form: str) -> tuple[str, Row]:
    """Return log and entry once the making of the extract is recorded."""
    viewer = log_viewer(request, viewer, tenant)
    log = own_log(viewer, tenant)
    row = await repository.find_entry(request.app.state.linli.database, viewer, log, index)
    if row is None:
        raise EntryNotFound()
    entry = with_bytes(row, 0)
    act = Act(
        action="ledger.extract",
        object_kind="ledger-entry",
        object_id=entry["id"],
        people=[UUID(person) for person in entry["people"] or []],
        division=row["division"],
        detail={"format": form},
    )
    await read_audit(request, viewer, act, log)
    return log, row


async def _place(request: Request, division: str) -> str:
    """What people call the place, with its code, which is what the entry says."""
    if not division:
        return ""
    name = await request.app.state.linli.extra["registry"].name_of(division)
    return division if name == division else f"{name}（{division}）"


@router.get("/{tenant}/entries/{index}/extract", response_model=ExtractFile)
async def extract_file(request: Request, viewer: Asker, tenant: Tenant, index: Index, db: Db, log: Log) -> Response:
    """One entry with its proof, the checkpoint, the cosignatures and how to check them: for `linli verify-ledger --extract`."""
    name, row = await _entry(request, viewer, tenant, index, "json")
    made = await service.make(db, log, name, row, request.app.state.linli.clock.now())
    headers = file_headers(f"审计账本摘录-{tenant}-{index}.json", download=True)
    return fast_json(made.file, headers=headers)


@router.get("/{tenant}/entries/{index}/extract.pdf", response_class=Response, responses=PDF)
async def extract_paper(request: Request, viewer: Asker, tenant: Tenant, index: Index, db: Db, log: Log) -> Response:
    """The same as a paper of the common design, with the explanation in plain Chinese."""
    linli = request.app.state.linli
    name, row = await _entry(request, viewer, tenant, index, "pdf")
    made = await service.make(db, log, name, row, linli.clock.now())
    entry = with_bytes(row, 0)
    await name_actors(linli.extra["gateway"], [entry])
    words: Words = linli.extra["words"]
    file = made.file
    place = next((one.name.zh for one in linli.profiles.tenants() if one.key == name), "")
    set_from = paper.ExtractPaper(
        issuer=paper.Issuer(body=f"{place}审计账本"),
        number=f"{file['log']['origin']} #{index}",
        verify_url=f"{linli.settings.public_url}/log?place={tenant}",
        issued_at=file["made_at"],
        requested_by=viewer.name,
        facts=paper.lines(
            {
                "时间": row["time"].astimezone(file["made_at"].tzinfo).isoformat(sep=" ", timespec="seconds"),
                "何人": entry["actor"]["name"] or str(entry["actor"]["id"]) if entry["actor"] else "",
                "岗位": words.role(entry["role"]),
                "做了什么": words.action(entry["action"]),
                "对象": f"{words.object(entry['object_kind'])} {entry['object_id'] or ''}"
                if entry["object_kind"]
                else "",
                "事由": words.purpose(entry["purpose"] or ""),
                "区划": await _place(request, entry["division"]),
                "结果": words.outcome(entry["outcome"]),
                "所涉内容": service.beside(row, file["erased_by"]),
                "来源": f"{words.source(entry['source'])}第 {entry['source_seq']} 号",
            }
        ),
        leaf=service.leaf_text(row),
        leaf_hash=file["entry"]["leaf_hash"],
        index=index,
        size=file["inclusion"]["size"],
        root=file["inclusion"]["root"],
        proof=file["inclusion"]["proof"],
        checkpoint=file["checkpoint"],
        log_key=file["log"]["verifier_key"],
        cosigned_by=[paper.Line(name=one["title"], value=one["key"]) for one in made.cosigned_by],
        explanation=list(EXPLANATION),
    )
    pdf = await paper.render(set_from, linli.settings.font_dir)
    return Response(pdf, media_type="application/pdf", headers=file_headers(f"审计账本摘录-{tenant}-{index}.pdf"))
