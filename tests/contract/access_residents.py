"""What residents do themselves, signed in by phone or by a link, and who is told of a meeting: lines of the table of access (`access.py` says how)."""

from __future__ import annotations

from linli_kernel.identity import Role

from tests.contract.rows import desk, public, supervision

R = Role
HALL = (R.CLERK, R.VILLAGE_OFFICIAL)
KNOWN_RESIDENT = "a resident whom the registry knows"

# fmt: off
BALLOTS = [
    supervision("GET", "ballots", (R.RESIDENT,), finer=KNOWN_RESIDENT),
    supervision("POST", "ballots/{deliberation_id}/check-in", (R.RESIDENT,), {"code": "0123456789abcdef"}, finer="only who is on the roll"),
    supervision("PUT", "ballots/{deliberation_id}", (R.RESIDENT,), {"body": "villagers", "choice": "for"}, finer="only who is on the roll"),
]

CALLS = [
    desk("GET", "meeting-calls?deliberation_id={deliberation_id}", (*HALL, R.TOWNSHIP_OFFICER, R.SUPERVISOR, R.COUNTY_ADMIN, R.AUDITOR), shared="a stranger's list is empty"),
    desk("GET", "meeting-calls/{deliberation_id}/untold", HALL, finer="only a call to a meeting has those"),
]

SUBSCRIPTIONS = [
    *CALLS,
    desk("POST", "subscriptions", (R.RESIDENT,), {"division": "{village}"}, finer=KNOWN_RESIDENT),
    desk("POST", "subscriptions/questions", (R.RESIDENT,), {"token": "421202.0000000000000000000000"}, finer=KNOWN_RESIDENT),
    *(desk("GET", leaf, (R.RESIDENT,), shared="one's own") for leaf in ("subscriptions", "subscriptions/news", "subscriptions/news/unread")),
    desk("POST", "subscriptions/news/read", (R.RESIDENT,), {"everything": True}, shared="one's own"),
    desk("GET", "subscriptions/news/{resident_id}", (R.RESIDENT,), finer="only one's own"),
    desk("DELETE", "subscriptions/{resident_id}", (R.RESIDENT,), finer="only one's own"),
    desk("GET", "subscribers?division={village}", (*HALL, R.BOOKKEEPER, R.SUPERVISOR, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN, R.AUDITOR)),
    public("desk", "GET", "subscriptions/{token}", finer="only the link in a message"),
    public("desk", "DELETE", "subscriptions/{token}"),
]
# fmt: on
