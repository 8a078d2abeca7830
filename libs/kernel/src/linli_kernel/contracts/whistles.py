"""What leaves the service desk about whistles (吹哨): ids, codes and departments.

No description, place, name or phone is ever in an event. Additive changes only.
"""

from msgspec import Struct

PREFIX = "cn.linli.desk.whistle."
REPORTED = "cn.linli.desk.whistle.reported.v1"
JOINED = "cn.linli.desk.whistle.joined.v1"
DISMISSED = "cn.linli.desk.whistle.dismissed.v1"
CALLED = "cn.linli.desk.whistle.called.v1"
WHISTLED = "cn.linli.desk.whistle.whistled.v1"
ASSIGNED = "cn.linli.desk.whistle.assigned.v1"
REPORTED_IN = "cn.linli.desk.whistle.reported-in.v1"
DECLINED = "cn.linli.desk.whistle.declined.v1"
SOLVED = "cn.linli.desk.whistle.solved.v1"
CLOSED = "cn.linli.desk.whistle.closed.v1"
SENT_BACK = "cn.linli.desk.whistle.sent-back.v1"
TAKEN_OVER = "cn.linli.desk.whistle.taken-over.v1"
ESCALATED = "cn.linli.desk.whistle.escalated.v1"
RATED = "cn.linli.desk.whistle.rated.v1"


class WhistleMoved(Struct, kw_only=True, omit_defaults=True):
    """`department` is whose act or clock it was; `role` whom a missed limit went to; `clock` is report_in or solution."""

    whistle_id: str
    division: str
    category: str
    urgency: str
    from_state: str | None
    to_state: str
    departments: list[str] = []
    department: str | None = None
    clock: str | None = None
    role: str | None = None
    joined_into: str | None = None
    level: int | None = None
