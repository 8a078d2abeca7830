"""Who may do what at the desk: one line per permission.

Scope is not decided here: repositories show a viewer only its own division, its township or its department's cases, and what
lies outside does not exist. Which step of a case is whose stands in the case itself.
"""

from enum import StrEnum

from linli_kernel.identity import Role
from linli_kernel.permissions import PUBLIC, Policy, Silent, allow


class Permission(StrEnum):
    MATTER_READ = "matter.read"
    MATTER_IMPORT = "matter.import"
    MATTER_WRITE = "matter.write"
    MATTER_REVIEW = "matter.review"
    CASE_READ = "case.read"
    CASE_FOLLOW = "case.follow"
    CASE_OPEN = "case.open"
    CASE_EDIT = "case.edit"
    CASE_REVEAL = "case.reveal"
    CASE_ACCEPT = "case.accept"
    CASE_SUPPLEMENT = "case.supplement"
    CASE_HANDLE = "case.handle"
    CASE_DELIVER = "case.deliver"
    CASE_WITHDRAW = "case.withdraw"
    CASE_SUSPEND = "case.suspend"
    CASE_REOPEN = "case.reopen"
    DOCUMENT_READ = "document.read"
    DOCUMENT_FETCH = "document.fetch"
    CERTIFICATE_REFUSE = "certificate.refuse"
    TICKET_TAKE = "ticket.take"
    WINDOW_CALL = "window.call"
    QUEUE_READ = "queue.read"
    WORKBENCH_READ = "workbench.read"
    SUMMARY_READ = "resident-summary.read"
    WHISTLE_READ = "whistle.read"
    WHISTLE_FOLLOW = "whistle.follow"
    WHISTLE_START = "whistle.start"
    WHISTLE_CHECK = "whistle.check"
    WHISTLE_SORT = "whistle.sort"
    WHISTLE_BLOW = "whistle.blow"
    WHISTLE_HANDLE = "whistle.handle"
    WHISTLE_PHOTOGRAPH = "whistle.photograph"
    WHISTLE_REVEAL = "whistle.reveal"
    WHISTLE_LEAGUE = "whistle.league"
    CASE_BATCH = "case.batch"
    CASE_HAND_OVER = "case.hand-over"
    OUTLOOK_READ = "outlook.read"
    ASKED_TWICE_READ = "asked-twice.read"
    PROMISE_READ = "promise.read"
    CASE_BY_NUMBER = "case.by-number"
    SUPPLEMENT_REASONS = "supplement.reasons"
    RECORD_TELL = "record.tell"
    PAD_USE = "pad.use"
    PUBLIC_PAD = "public.pad"
    NOTICE_READ = "notice.read"
    RESIDENT_PREFERENCE = "resident.notice-preference"
    SMS_READ = "sms.read"
    MEETING_CALL_READ = "meeting-call.read"
    MEETING_UNTOLD = "meeting-call.untold"
    EVALUATION_READ = "evaluation.read"
    RECTIFICATION_WORK = "rectification.work"
    EVALUATION_APPEAL = "evaluation.appeal"
    APPEAL_DECIDE = "appeal.decide"
    JOB_READ = "job.read"
    SUBSCRIBE = "subscription.own"
    SUBSCRIBERS_READ = "subscribers.read"
    UPKEEP = "upkeep"
    PUBLIC_MATTERS = "public.matters"
    PUBLIC_RECEIPT = "public.receipt"
    PUBLIC_EVALUATION = "public.evaluation"
    PUBLIC_VERIFICATION = "public.verification"
    PUBLIC_QUEUE = "public.queue"
    PUBLIC_WHISTLE = "public.whistle"
    PUBLIC_SMS_RECEIPT = "public.sms-receipt"
    PUBLIC_SUBSCRIPTION = "public.subscription"


HALL = (Role.CLERK, Role.VILLAGE_OFFICIAL)
OFFICERS = (Role.TOWNSHIP_OFFICER, Role.DEPARTMENT_OFFICER)
STAFF = (
    *HALL,
    *OFFICERS,
    Role.GRID_WORKER,
    Role.BOOKKEEPER,
    Role.SUPERVISOR,
    Role.CUSTODIAN,
    Role.COUNTY_ADMIN,
    Role.AUDITOR,
    Role.SOCIAL_ORG,
)

POLICY: Policy = {
    Permission.MATTER_READ: allow(*STAFF, Role.RESIDENT, Role.INTEGRATION),
    Permission.MATTER_IMPORT: allow(Role.COUNTY_ADMIN),
    # A department its own matters, the county all; whoever wrote a draft does not review it.
    Permission.MATTER_WRITE: allow(Role.DEPARTMENT_OFFICER, Role.COUNTY_ADMIN),
    Permission.MATTER_REVIEW: allow(Role.DEPARTMENT_OFFICER, Role.COUNTY_ADMIN),
    Permission.CASE_READ: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    # Its course, to an auditor with masked names and without anybody's words (`cases/auditing.py`).
    Permission.CASE_FOLLOW: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN, Role.AUDITOR),
    Permission.CASE_OPEN: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.CASE_EDIT: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.CASE_REVEAL: allow(*HALL, *OFFICERS),
    Permission.CASE_ACCEPT: allow(Role.CLERK, Role.TOWNSHIP_OFFICER),
    Permission.CASE_SUPPLEMENT: allow(*HALL, *OFFICERS),
    # Which of them handles a case stands in its waiting step.
    Permission.CASE_HANDLE: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.CASE_DELIVER: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.CASE_WITHDRAW: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.CASE_SUSPEND: allow(Role.VILLAGE_OFFICIAL, *OFFICERS),
    Permission.CASE_REOPEN: allow(*OFFICERS, Role.COUNTY_ADMIN),
    Permission.DOCUMENT_READ: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.DOCUMENT_FETCH: allow(Role.SERVICE),
    Permission.CERTIFICATE_REFUSE: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.TICKET_TAKE: allow(*HALL, Role.GRID_WORKER),
    Permission.WINDOW_CALL: allow(*HALL),
    Permission.QUEUE_READ: allow(*HALL, Role.GRID_WORKER, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    Permission.WORKBENCH_READ: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.SUMMARY_READ: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.WHISTLE_READ: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    # Reporters are masked for everybody; a photograph may show people, so an auditor sees none.
    Permission.WHISTLE_FOLLOW: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN, Role.AUDITOR),
    Permission.WHISTLE_START: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.WHISTLE_CHECK: allow(*HALL),
    # The village before its call, the township after it: the whistle's state decides.
    Permission.WHISTLE_SORT: allow(*HALL, Role.TOWNSHIP_OFFICER),
    # Which of the township's officers closes is the whistle's own matter: only the whistler.
    Permission.WHISTLE_BLOW: allow(Role.TOWNSHIP_OFFICER),
    Permission.WHISTLE_HANDLE: allow(Role.DEPARTMENT_OFFICER),
    Permission.WHISTLE_PHOTOGRAPH: allow(*HALL, *OFFICERS),
    Permission.WHISTLE_REVEAL: allow(*HALL, *OFFICERS),
    Permission.WHISTLE_LEAGUE: allow(*OFFICERS, Role.COUNTY_ADMIN, Role.AUDITOR),
    # What each command needs is asked again for the command itself.
    Permission.CASE_BATCH: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.CASE_HAND_OVER: allow(*HALL, Role.TOWNSHIP_OFFICER),
    Permission.OUTLOOK_READ: allow(Role.VILLAGE_OFFICIAL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.ASKED_TWICE_READ: allow(
        Role.VILLAGE_OFFICIAL, *OFFICERS, Role.SUPERVISOR, Role.COUNTY_ADMIN, Role.AUDITOR
    ),
    Permission.PROMISE_READ: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.SUPPLEMENT_REASONS: allow(Role.SERVICE),
    Permission.CASE_BY_NUMBER: allow(Role.SERVICE),
    Permission.RECORD_TELL: allow(Role.SERVICE),
    Permission.PAD_USE: allow(*HALL),
    Permission.NOTICE_READ: allow(*STAFF),
    Permission.RESIDENT_PREFERENCE: allow(*HALL, Role.TOWNSHIP_OFFICER),
    # Messages carry the codes for rating: nobody who handles cases reads them.
    Permission.SMS_READ: allow(Role.COUNTY_ADMIN),
    Permission.MEETING_CALL_READ: allow(*HALL, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN, Role.AUDITOR),
    # Whoever calls the meeting goes to those whom no message reaches.
    Permission.MEETING_UNTOLD: allow(*HALL),
    Permission.EVALUATION_READ: allow(*HALL, *OFFICERS, Role.SUPERVISOR, Role.COUNTY_ADMIN, Role.AUDITOR),
    Permission.RECTIFICATION_WORK: allow(Role.VILLAGE_OFFICIAL, *OFFICERS),
    Permission.EVALUATION_APPEAL: allow(*HALL, Role.DEPARTMENT_OFFICER),
    Permission.APPEAL_DECIDE: allow(Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN),
    # One's own work; the county's administrator sees the county's.
    Permission.JOB_READ: allow(*HALL, *OFFICERS, Role.COUNTY_ADMIN),
    Permission.SUBSCRIBE: allow(Role.RESIDENT),
    # How many, never who.
    Permission.SUBSCRIBERS_READ: allow(
        *HALL, Role.BOOKKEEPER, Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN, Role.AUDITOR
    ),
    Permission.UPKEEP: allow(Role.SYSTEM_ADMIN),
    Permission.PUBLIC_MATTERS: PUBLIC,
    Permission.PUBLIC_RECEIPT: PUBLIC,
    Permission.PUBLIC_EVALUATION: PUBLIC,
    Permission.PUBLIC_VERIFICATION: PUBLIC,
    # The pad's own secret is what lets it ask and answer.
    Permission.PUBLIC_PAD: PUBLIC,
    Permission.PUBLIC_QUEUE: PUBLIC,
    Permission.PUBLIC_WHISTLE: PUBLIC,
    # The provider's signature is what lets it tell.
    Permission.PUBLIC_SMS_RECEIPT: PUBLIC,
    # The link in the message is what lets it end.
    Permission.PUBLIC_SUBSCRIPTION: PUBLIC,
}

SILENT: Silent = {
    "the catalogue of matters and its drafts; no person": (
        "GET desk/v1/matters",
        "GET desk/v1/matters/{matter_id}",
        "GET desk/v1/matters/{matter_id}/versions",
        "GET desk/v1/matters/{matter_id}/versions/{number}",
        "GET desk/v1/matters/{matter_id}/comparison",
        "GET desk/v1/matter-settings",
        "GET desk/v1/matter-drafts",
        "GET desk/v1/matter-drafts/{draft_id}",
        "GET desk/v1/matter-drafts/{draft_id}/comparison",
        "GET public/v1/matters",
        "GET public/v1/matters/categories",
        "GET public/v1/matters/{matter_id}",
    ),
    "days and places of cases and whistles, no person": (
        "GET internal/v1/records/cases",
        "GET internal/v1/records/whistles",
    ),
    "orders work on the catalogue; the work records it": ("POST desk/v1/matters/imports",),
    "a number in a queue, drawn without a name": (
        "POST desk/v1/tickets",
        "POST public/v1/tickets",
        "GET public/v1/tickets/{token}",
        "POST public/v1/tickets/{token}/leave",
        "GET desk/v1/windows",
        "GET desk/v1/queue",
        "GET desk/v1/queue/report",
        "POST desk/v1/windows/{window_id}/recall",
        "GET public/v1/halls/{division}",
        "GET public/v1/board",
    ),
    "counts, and names of officials": (
        "GET desk/v1/colleagues",
        "GET desk/v1/outlook/figures",
        "GET desk/v1/meeting-calls",
        "GET desk/v1/asked-twice/figures",
        "GET desk/v1/evaluations/figures",
        "GET desk/v1/whistle-settings",
        "GET desk/v1/whistle-counts",
        "GET desk/v1/whistle-league",
        "GET desk/v1/subscribers",
    ),
    "what was called for in a place, without who called": (
        "GET desk/v1/whistles",
        "POST desk/v1/whistles/similar",
        "GET desk/v1/whistles/{whistle_id}/similar",
        "GET public/v1/whistles/settings",
        "POST public/v1/whistles/similar",
    ),
    "whether a message arrived, told by who carried it; no phone, no words": ("POST public/v1/sms-receipts",),
    "one's own notices and wishes, which name cases by number": (
        "GET desk/v1/notices",
        "GET desk/v1/notices/unread",
        "POST desk/v1/notices/read",
        "GET desk/v1/notice-preferences",
        "PUT desk/v1/notice-preferences",
        "GET desk/v1/subscriptions",
        "GET desk/v1/subscriptions/news",
        "GET desk/v1/subscriptions/news/unread",
        "GET desk/v1/subscriptions/news/{news_id}",
        "POST desk/v1/subscriptions/news/read",
    ),
    "that something was sent or signed, without phone, words or drawing; opening it is recorded": (
        "GET desk/v1/sms-messages",
        "GET desk/v1/cases/{case_id}/signatures",
    ),
    "the window's own pad; what is signed on it is recorded": (
        "POST desk/v1/windows/{window_id}/pad-code",
        "GET desk/v1/windows/{window_id}/pad",
        "POST desk/v1/windows/{window_id}/pad/tasks",
        "GET public/v1/pads/{token}",
        "DELETE public/v1/pads/{token}/tasks/{task_id}",
    ),
    "one's own affair, opened by the secret on one's own paper or phone": (
        "GET public/v1/receipts/{token}",
        "GET public/v1/evaluations/{token}",
        "GET public/v1/whistles/{token}",
        "GET public/v1/subscriptions/{token}",
    ),
    "whether a paper is genuine, with its holder's masked name, by the secret on the paper": (
        "GET public/v1/verifications/{token}",
        "POST public/v1/verifications/{token}",
    ),
}
"""Routes that write no entry, by reason; every other one has its act in the contract tests."""
