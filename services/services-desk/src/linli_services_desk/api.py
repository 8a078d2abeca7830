"""Which URLs the desk answers: one router per noun, staff first, then the pages that need no sign-in."""

from linli_services_desk.asked_twice import endpoints as asked_twice
from linli_services_desk.cases import batch, commands, numbered, repeated, search
from linli_services_desk.cases import endpoints as cases
from linli_services_desk.documents import endpoints as documents
from linli_services_desk.evaluations import endpoints as evaluations
from linli_services_desk.matters import drafts
from linli_services_desk.matters import endpoints as matters
from linli_services_desk.meetings import endpoints as meetings
from linli_services_desk.notices import endpoints as notices
from linli_services_desk.notices import receipts as sms_receipts
from linli_services_desk.outlook import endpoints as outlook
from linli_services_desk.pads import endpoints as pads
from linli_services_desk.promises import endpoints as promises
from linli_services_desk.records import endpoints as records
from linli_services_desk.rectification import endpoints as rectification
from linli_services_desk.signatures import endpoints as signatures
from linli_services_desk.subscriptions import endpoints as subscriptions
from linli_services_desk.whistles import commands as whistle_commands
from linli_services_desk.whistles import endpoints as whistles
from linli_services_desk.whistles import public_endpoints as public_whistles
from linli_services_desk.windows import endpoints as windows
from linli_services_desk.windows import public_endpoints as public_windows
from linli_services_desk.workbench import endpoints as workbench

PREFIX = "/api/desk/v1"
ROUTERS = (
    matters.router,
    drafts.router,
    search.router,
    batch.router,
    cases.router,
    commands.router,
    documents.router,
    signatures.router,
    pads.router,
    windows.router,
    workbench.router,
    whistles.router,
    whistle_commands.router,
    outlook.router,
    asked_twice.router,
    promises.router,
    notices.router,
    rectification.router,
    subscriptions.router,
    meetings.router,
    matters.public_router,
    evaluations.receipts,
    evaluations.ratings,
    documents.public_router,
    public_windows.router,
    pads.public_router,
    public_whistles.router,
    sms_receipts.public_router,
    subscriptions.public_router,
    documents.internal_router,
    repeated.internal_router,
    numbered.internal_router,
    records.internal_router,
)
