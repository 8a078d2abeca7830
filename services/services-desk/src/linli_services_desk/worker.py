"""What the desk does by itself: long imports, fetching papers that were sealed, reminders, and messages to applicants.

Every job can run twice: it finds its work done and changes nothing.
"""

from typing import Any
from uuid import UUID

from linli_kernel import reencryption, succession
from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from linli_kernel.jobs import JobContext, JobKind, enqueue, job_error
from linli_kernel.sms import SmsProvider

from linli_services_desk.context import Desk
from linli_services_desk.documents.service import take_sealed
from linli_services_desk.matters import importer
from linli_services_desk.matters.endpoints import IMPORT_JOB
from linli_services_desk.matters.service import ImportReport, import_rows
from linli_services_desk.meetings import telling as meetings
from linli_services_desk.notices.sms import DemoSms, ProviderSms, SmsQueue, SmsSender
from linli_services_desk.reminders.scheduler import Scheduler
from linli_services_desk.sealed import SEALED
from linli_services_desk.subscriptions import telling

SEALED_EVENT = "cn.linli.supervision.seal-use.sealed.v1"
FETCH_SEALED_JOB = "document.fetch-sealed"
# Small enough that a cancel is noticed within a second or two.
IMPORT_BATCH = 200


async def on_sealed(tx: Tx, event: IncomingEvent) -> None:
    """The seal was closed over a paper: fetch it by a job that survives a restart of either side."""
    names = ("use_id", "case_id", "document_id", "sha256", "signers")
    await enqueue(tx, FETCH_SEALED_JOB, {name: event.data[name] for name in names if name in event.data})


async def _fetch_sealed(context: JobContext) -> dict[str, Any]:
    desk: Desk = context.app.extra["desk"]
    pdf = await desk.supervision.sealed_document(context.tenant, UUID(context.payload["use_id"]))
    async with context.database.transaction(context.tenant) as tx:
        await take_sealed(tx, desk, context.payload, pdf)
    return {"document_id": context.payload["document_id"]}


async def _import_matters(context: JobContext) -> dict[str, Any]:
    desk: Desk = context.app.extra["desk"]
    entries = list(importer.rows((context.content or b"").decode("utf-8-sig")))
    report = ImportReport()
    profile = desk.profile(context.tenant)
    for start in range(0, len(entries), IMPORT_BATCH):
        async with context.database.transaction(context.tenant) as tx:
            await import_rows(tx, context.tenant, profile, entries[start : start + IMPORT_BATCH], report)
        context.errors[:] = [
            job_error(
                f"catalogue.{one.code}",
                f"第 {one.row} 行缺少“{one.column}”",
                f"Row {one.row} has no “{one.column}”",
                f"/{one.row}/{one.column}",
            )
            for one in report.errors
        ]
        await context.progress(report.total, len(entries))
    return report.as_json()


async def _remind(linli: Linli) -> None:
    await Scheduler(linli.database, linli.extra["desk"]).run()


async def _send_messages(linli: Linli) -> None:
    provider: SmsProvider | None = linli.extra["sms_provider"]
    sender: SmsSender | None = ProviderSms(provider) if provider else None
    if linli.settings.environment == "demo":
        sender = DemoSms(linli.database)
    try:
        await SmsQueue(linli.database, linli.extra["desk"], sender).run()
    finally:
        if provider:
            await provider.aclose()


LOOPS = (_remind, _send_messages, succession.follow)
JOB_KINDS = (
    JobKind(IMPORT_JOB, _import_matters),
    JobKind(FETCH_SEALED_JOB, _fetch_sealed),
    telling.TELL,
    meetings.TELL,
    reencryption.job_kind(SEALED),
)
