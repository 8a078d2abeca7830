"""The one table of who may call which route, written by hand and held against the running system.

**A new route needs one line here**, or `test_the_table_names_every_route` is red:
`registry("GET", "residents/{resident_id}/history", REGISTRY_READERS),` — method, path below the service's prefix, the roles that may, and a
body where the route takes one. `{…}` in a path or a body names an object of 花坪村 from `objects.py` (`{new}`: fresh text each time); a path
may give a plain value where the route has a parameter. From the line follow, for every role: 401 without a token; 403 for the roles that are
not named; for those that are, neither 401, 403 nor 404 at home, and 404 for an object of another village or county.

Three options, each a reason in words: `finer`, a rule beyond the role decides at home, so 403 and 404 are answers of that rule too;
`shared`, the object belongs to nobody or to all, so a stranger may find it; `spared`, those who may are not tried, because the
call would disturb the other rows.
"""

from __future__ import annotations

from typing import Any

from linli_kernel.identity import Role

from tests.contract.access_administrators import ADMINISTRATORS_TOGETHER
from tests.contract.access_oversight import CENTRES, OVERSIGHT
from tests.contract.access_residents import BALLOTS, SUBSCRIPTIONS
from tests.contract.rows import Row as Row
from tests.contract.rows import desk, gateway, public, registry, supervision
from tests.pictures import PICTURE

R = Role
EVERYONE = tuple(Role)
PEOPLE = tuple(role for role in Role if role not in (R.SERVICE, R.INTEGRATION))
COLLEAGUES = (R.SERVICE, *(role for role in PEOPLE if role is not R.RESIDENT))
ADMINISTRATORS = (R.SYSTEM_ADMIN, R.COUNTY_ADMIN)
SYSTEM = (R.SYSTEM_ADMIN,)
HALL = (R.CLERK, R.VILLAGE_OFFICIAL)
OFFICERS = (R.TOWNSHIP_OFFICER, R.DEPARTMENT_OFFICER)
COUNTER = (*HALL, R.TOWNSHIP_OFFICER)
HANDLERS = (*HALL, *OFFICERS)
REGISTRY_READERS = (*HALL, R.GRID_WORKER, *OFFICERS, R.COUNTY_ADMIN, R.AUDITOR)
REVEALERS = (*HALL, R.GRID_WORKER, *OFFICERS)
FIGURES = (*HALL, R.GRID_WORKER, *OFFICERS, R.SUPERVISOR, R.AUDITOR, R.BOOKKEEPER, R.COUNTY_ADMIN)
CASE_READERS, CASE_FOLLOWERS = (*HANDLERS, R.COUNTY_ADMIN), (*HANDLERS, R.COUNTY_ADMIN, R.AUDITOR)
QUEUE_READERS = (*HALL, R.GRID_WORKER, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN)
SUPERVISION_STAFF = (*HANDLERS, R.GRID_WORKER, R.BOOKKEEPER, R.SUPERVISOR, R.CUSTODIAN, R.COUNTY_ADMIN, R.AUDITOR)
DESK_STAFF = (*SUPERVISION_STAFF, R.SOCIAL_ORG)
FORM = {"type": "object", "additionalProperties": False, "properties": {"name": {"type": "string", "title": "姓名"}}}
CONTENT = {
    "name": "试拟事项", "category": "convenience", "type": "20", "department": "民政局", "level": "village",
    "handling": "promised", "limits": {}, "fee": {}, "result": {"kind": "other"}, "form_schema": FORM, "form_order": ["name"],
}  # fmt: skip
MATTER_WRITERS = (R.DEPARTMENT_OFFICER, R.COUNTY_ADMIN)
OWN_MATTERS = "a department sees the drafts of its own matters"
MATTER_READERS = (*DESK_STAFF, R.RESIDENT, R.INTEGRATION)
SEAL_READERS = (*HALL, R.SUPERVISOR, R.CUSTODIAN, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN, R.AUDITOR)
APPROVERS = (R.VILLAGE_OFFICIAL, R.SUPERVISOR, R.TOWNSHIP_OFFICER)
PROPOSERS = (R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN)
WATCHERS = (R.SUPERVISOR, R.AUDITOR, R.COUNTY_ADMIN)
LEDGER_READERS = (*WATCHERS, R.SYSTEM_ADMIN)

REVIEWERS = (*COUNTER, R.COUNTY_ADMIN)
TRANSFER_READERS = CASE_READERS
DESTINATION = "the county where they go has its own side of it"
GRID_READERS = (*FIGURES, R.CUSTODIAN)
GRID_KEEPERS = (R.VILLAGE_OFFICIAL, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN)
EXPORTERS = DWELLING_READERS = (*REVEALERS, R.COUNTY_ADMIN)
IMPORT_READERS = (*HANDLERS, R.COUNTY_ADMIN, R.AUDITOR)
OWN_IMPORT = "only whoever uploaded it"
PEOPLE_FILE = {"file": ("people.csv", "姓名,性别\n测试人,男\n".encode())}
OWN_LOG = "a county's log is its own, the system's is the administrator's"
OWN_JOB = "one's own work; the county's administrator sees the county's"
LEADERS = (R.VILLAGE_OFFICIAL, *OFFICERS, R.COUNTY_ADMIN)
RATING_READERS = (*HANDLERS, R.SUPERVISOR, R.COUNTY_ADMIN, R.AUDITOR)
RECTIFIED = "only a case that was rated badly has one"
STATE = "the case's own state and step decide"
CUSTODY = "only the custodians of this seal"
MATERIAL = {"file": ("id.png", PICTURE)}
WHISTLER = "the state decides whose it is, and only the whistler closes"
DUTY = "a department sees the whistles that called it"
WHISTLE = {"division": "{village}", "category": "road", "description": "村口路灯坏了，晚上看不见", "place": "村口"}
SHARES = {"departments": [{"department": "公安局", "part": "assist"}]}
CATALOGUE = {"file": ("m.csv", b"name\n")}
DISCLOSERS = (*HALL, R.BOOKKEEPER)
DISCLOSURE = {"division": "{village}", "item": "accounts", "title": "试拟公开", "body": "试拟"}
DISCLOSURE_STATE = "the state decides, and the draft must stay one"
DISCLOSURE_STEPS: dict[str, tuple[Role, ...]] = {
    "submit": DISCLOSERS, "return": (R.SUPERVISOR,), "check": (R.SUPERVISOR,), "publish": (R.VILLAGE_OFFICIAL,),
    "withdraw": (R.VILLAGE_OFFICIAL, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN), "correct": DISCLOSERS, "discard": DISCLOSERS,
}  # fmt: skip
DELIBERATION = {"division": "{village}", "procedure": "talk", "title": "试拟议事", "matter": "修村口的路"}
PRESENT = {"body": "villagers", "residents": ["{resident_id}"]}
MEETING: dict[str, Any] = {
    "enrol": {}, "call": {"at": "2026-11-20T09:00:00+08:00", "place": "村部"}, "call-off": {"reason": "台风"}, "sit": {}, "attendance": PRESENT,
    "recusals": {"body": "villagers", "resident": "{resident_id}", "reason": "与承包人是亲属"},
    "votes": {**PRESENT, "choice": "for"}, "record": {"held_on": "2026-11-20", "result": "agreed"}, "report": {"note": "试拟"},
    "tally": {"body": "villagers", "votes_for": 1, "votes_against": 0, "abstained": 0},
}  # fmt: skip
AIM = {"title": "修完", "due_on": "2027-01-10"}
LED: dict[str, Any] = {"close": {}, "conclude": {}, "complete": {"cost_fen": 100}, "postpone": {"due_on": "2027-02-10", "reason": "雨季"}, "plan": {"responsible": "试拟", "milestones": [AIM]}}  # fmt: skip
JUDGED: dict[str, Any] = {"accept": {"note": "试拟"}, "send-back": {"reason": "路肩缺损", "due_on": "2027-02-10"}}
REASON = {"reason": "材料有误，申请人要求更正"}
PASSWORD = {"password": "Kuaizi-Fanwan-2042"}
ACCOUNT = "01900000-0000-7000-8000-000000000001"
POST = {"role": "bookkeeper", "tenants": ["{tenant}"], "divisions": ["{village}"], "title": "报账员"}


# fmt: off
REGISTRY = [
    registry("POST", "residents/search", REGISTRY_READERS, {"q": "张"}),
    registry("GET", "residents/{resident_id}", REGISTRY_READERS),
    registry("GET", "residents/{resident_id}/history", REGISTRY_READERS),
    registry("POST", "residents/{resident_id}/reveal", REVEALERS, {"fields": ["phone"], "purpose": "handle_case", "purpose_text": "办理高龄津贴"}, finer="the place's profile narrows who reveals what"),
    registry("POST", "residents/names", (*REGISTRY_READERS, R.SUPERVISOR), {"ids": ["{resident_id}"]}, shared="a stranger's list is empty"),
    registry("POST", "residents/{resident_id}/prefill", REVEALERS, {"fields": ["name"]}, finer="the place's profile narrows who reveals what"),
    registry("PATCH", "residents/{resident_id}", HALL, {"education": "70", "reason": "本人申报"}),
    registry("POST", "residents", HALL, {"name": "李四", "division": "{village}", "presence": "registered_here"}),
    registry("GET", "households/{household_id}", REGISTRY_READERS),
    registry("GET", "households/{household_id}/events", REGISTRY_READERS),
    registry("POST", "households", HALL, {"division": "{village}", "head_id": "{resident_id}", "date": "2026-11-01", "reason": "分户"}),
    registry("POST", "households/{household_id}/events", HALL, {"kind": "change_of_head", "date": "2026-11-01", "new_head_id": "{resident_id}"}),
    registry("POST", "residents/{resident_id}/history/{resident_id}/take-back", HALL, {"reason": "录错"}, finer="a line of this record"),
    registry("GET", "households/{household_id}/evidence/{household_id}", REGISTRY_READERS, finer="a file of an event here"),
    registry("POST", "residents/{single_id}/events", HALL, {"kind": "move_out", "date": "2026-11-01"}),
    registry("GET", "residents/{single_id}/events", REGISTRY_READERS),
    *(registry("POST", f"{one}/evidence", HALL, files=MATERIAL) for one in ("households/{household_id}", "residents/{single_id}")),
    registry("GET", "residents/{single_id}/evidence/{single_id}", REGISTRY_READERS, finer="a file of an event of this person"),
    registry("GET", "residents/{resident_id}/on/2026-01-01", REGISTRY_READERS, finer="the record may be younger"),
    registry("GET", "residents/{resident_id}/confirmations", REGISTRY_READERS),
    registry("POST", "residents/{resident_id}/confirm", (*HALL, R.GRID_WORKER), {"fields": ["education"]}),
    registry("GET", "residents/{resident_id}/elsewhere", REGISTRY_READERS),
    registry("GET", "residents/{resident_id}/former-names", REGISTRY_READERS),
    registry("POST", "residents/{resident_id}/former-names", HALL, {"name": "张小兰"}),
    registry("DELETE", "residents/{resident_id}/former-names/{name_id}", HALL, finer="gone after the first"),
    registry("GET", "residents/{resident_id}/phones", REGISTRY_READERS),
    registry("POST", "residents/{resident_id}/phones", HALL, {"phone": "13900001111", "kind": "family"}),
    registry("POST", "residents/{resident_id}/phones/{phone_id}/first", HALL, finer="gone after the first"),
    registry("DELETE", "residents/{resident_id}/phones/{phone_id}", HALL, finer="gone after the first"),
    registry("GET", "households/{household_id}/history", REGISTRY_READERS),
    registry("GET", "households/{household_id}/on/2026-01-01", REGISTRY_READERS, finer="the household may be younger"),
    registry("POST", "duplicates/scans", REVIEWERS, {"division": "{village}"}),
    registry("GET", "duplicates", REVIEWERS),
    registry("POST", "duplicates/compare", REVIEWERS, {"a": "{resident_id}", "b": "{twin_id}"}),
    registry("POST", "duplicates/merges", REVIEWERS, {"kept_id": "{resident_id}", "absorbed_id": "{merged_id}", "reason": "同一人"}),
    registry("GET", "duplicates/merges", REVIEWERS),
    registry("GET", "duplicates/merges/{merge_id}", REVIEWERS),
    registry("POST", "duplicates/merges/{merge_id}/undo", REVIEWERS, {"reason": "不是同一人"}),
    registry("GET", "duplicates/{pair_id}", REVIEWERS),
    registry("POST", "duplicates/{pair_id}/dismiss", REVIEWERS, {"reason": "不是同一人"}),
    registry("POST", "transfers", HALL, {"household_id": "{household_id}", "people": ["{twin_id}"], "to_division": "511681002001"}),
    *(registry("GET", f"transfers{one}", TRANSFER_READERS, shared=DESTINATION) for one in ("", "/{transfer_id}")),
    registry("GET", "transfers/{transfer_id}/evidence/{transfer_id}", TRANSFER_READERS, finer="a file of this transfer", shared=DESTINATION),
    registry("POST", "transfers/{transfer_id}/accept", HALL, {"date": "2026-11-20"}, finer="only the destination", shared=DESTINATION, spared="the transfer must stay asked for"),
    registry("POST", "transfers/{transfer_id}/refuse", HALL, {"reason": "材料不全"}, finer="only the destination", shared=DESTINATION, spared="the transfer must stay asked for"),
    registry("POST", "transfers/{transfer_id}/cancel", HALL, shared=DESTINATION, spared="the transfer must stay asked for"),
    registry("POST", "transfers/{transfer_id}/close", HALL, {}, shared=DESTINATION),
    registry("GET", "divisions", EVERYONE),
    registry("GET", "grids?division={village}", GRID_READERS),
    registry("POST", "grids", GRID_KEEPERS, {"division": "{village}", "code": "{new}", "name": "新网格"}),
    registry("GET", "grids/{grid_id}", GRID_READERS),
    registry("PATCH", "grids/{grid_id}", GRID_KEEPERS, {"name": "第一网格"}),
    registry("GET", "grids/{grid_id}/history", GRID_READERS),
    registry("POST", "grids/{grid_id}/people", GRID_KEEPERS, {"post": "street_head", "name": "钱七", "since": "2026-01-05"}),
    registry("POST", "grids/{grid_id}/people/{person_id}/end", GRID_KEEPERS, {"until": "2026-02-05"}, finer="over after the first"),
    registry("GET", "grids/{grid_id}/on/2026-01-05", GRID_READERS),
    registry("POST", "grids/{grid_id}/dwellings", HALL, {"dwellings": ["{dwelling_id}"]}),
    registry("GET", "areas", GRID_READERS),
    registry("POST", "areas", GRID_KEEPERS, {"name": "新片区", "kind": "other", "grids": ["{grid_id}"]}),
    registry("GET", "areas/{area_id}", GRID_READERS),
    registry("GET", "areas/{area_id}/history", GRID_READERS),
    registry("PATCH", "areas/{area_id}", GRID_KEEPERS, {"name": "片区一"}),
    registry("GET", "communities", GRID_READERS),
    registry("GET", "communities/{village}/history", GRID_READERS),
    registry("PUT", "communities/{village}", (R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN), {"pilot": False}, finer="a community of the own area"),
    *CENTRES,
    registry("GET", "villages/{village}/map", DWELLING_READERS),
    registry("GET", "dwellings", DWELLING_READERS),
    registry("POST", "dwellings", HALL, {"division": "{village}", "address": "花坪村3组12号"}),
    registry("GET", "dwellings/{dwelling_id}", DWELLING_READERS),
    registry("GET", "dwellings/{dwelling_id}/on/2026-01-05", DWELLING_READERS),
    registry("PATCH", "dwellings/{dwelling_id}", HALL, {"address": "花坪村3组13号"}),
    registry("GET", "dwellings/{dwelling_id}/history", DWELLING_READERS),
    registry("POST", "households/{household_id}/address", HALL, {"date": "2026-01-05", "address": "花坪村3组14号"}),
    registry("GET", "households/{household_id}/kinship", REGISTRY_READERS),
    registry("GET", "divisions/{village}", EVERYONE),
    registry("GET", "divisions/{village}/current", EVERYONE),
    registry("GET", "imports/template", HALL),
    registry("GET", "imports", IMPORT_READERS),
    registry("POST", "imports", HALL, {"division": "{village}"}, files=PEOPLE_FILE),
    registry("GET", "imports/{import_id}", IMPORT_READERS),
    registry("PUT", "imports/{import_id}/mapping", HALL, {"columns": {}}),
    registry("POST", "imports/{import_id}/check", HALL, finer=OWN_IMPORT),
    registry("POST", "imports/{import_id}/commit", HALL, {"without_faulty": True}, finer=OWN_IMPORT),
    registry("POST", "imports/{import_id}/resume", HALL, finer=OWN_IMPORT),
    registry("POST", "imports/{import_id}/annotated", HALL, finer=OWN_IMPORT),
    registry("GET", "imports/{import_id}/annotated/{import_id}", HALL, finer="made only when it is asked for"),
    registry("GET", "imports/{import_id}/findings", IMPORT_READERS),
    registry("GET", "imports/{import_id}/rows", IMPORT_READERS),
    registry("PATCH", "imports/{import_id}/rows/2", HALL, {"cells": {"0": "测试人"}}, finer=OWN_IMPORT),
    registry("DELETE", "imports/{import_id}", HALL, spared="the import must stay"),
    registry("GET", "exports", REGISTRY_READERS),
    registry("POST", "exports", EXPORTERS, {"purpose": "人口抽查", "format": "csv"}),
    registry("GET", "exports/{export_id}/file", EXPORTERS, finer="only whoever made it"),
    registry("GET", "dictionaries/relation", EVERYONE),
    registry("GET", "statistics/population?division={village}", FIGURES),
    registry("GET", "statistics/changes?division={village}", FIGURES),
    registry("GET", "staff", (R.COUNTY_ADMIN,)),
    registry("PUT", f"staff/{ACCOUNT}", (R.COUNTY_ADMIN,), {"resident_id": "{resident_id}"}),
    registry("DELETE", f"staff/{ACCOUNT}", (R.COUNTY_ADMIN,), finer="gone after the first"),
    public("registry", "GET", "statistics/population?division={village}"),
    public("registry", "GET", "divisions"),
]
DESK = [
    desk("GET", "matters", MATTER_READERS),
    desk("GET", "matters/{matter_id}", MATTER_READERS),
    desk("GET", "matters/{matter_id}/versions", MATTER_READERS),
    desk("GET", "matters/{matter_id}/versions/1", MATTER_READERS),
    desk("GET", "matters/{matter_id}/comparison?before=1&after=1", MATTER_READERS),
    desk("GET", "matter-settings", MATTER_WRITERS),
    desk("GET", "matter-drafts", MATTER_WRITERS),
    desk("POST", "matter-drafts", MATTER_WRITERS, {"name": "试拟事项{new}"}, finer="an officer of a department only"),
    desk("GET", "matter-drafts/{draft_id}", MATTER_WRITERS, finer=OWN_MATTERS),
    desk("GET", "matter-drafts/{draft_id}/comparison", MATTER_WRITERS, finer=OWN_MATTERS),
    desk("PUT", "matter-drafts/{draft_id}", MATTER_WRITERS, {"content": CONTENT}, finer=OWN_MATTERS),
    desk("POST", "matter-drafts/{draft_id}/discard", MATTER_WRITERS, {}, spared="the draft must stay open"),
    desk("POST", "matters/imports", (R.COUNTY_ADMIN,), files=CATALOGUE),
    desk("POST", "cases/search", CASE_READERS, {"q": "张"}),
    desk("POST", "cases", COUNTER, {"matter_id": "{matter_id}", "applicant": {"name": "王五"}, "division": "{village}"}),
    desk("GET", "cases", CASE_FOLLOWERS),
    desk("GET", "cases/{case_id}", CASE_FOLLOWERS, finer="a department sees the cases of its own matters"),
    desk("PATCH", "cases/{case_id}", COUNTER, {"form": {}}),
    desk("POST", "cases/{case_id}/link", COUNTER, {"applicant_id": "{resident_id}"}),
    desk("POST", "cases/{case_id}/reveal", HANDLERS, {"purpose": "核对银行账号"}, finer="a department sees the cases of its own matters"),
    desk("PUT", "cases/{case_id}/materials/{material_id}", COUNTER, {"state": "original_checked"}),
    desk("POST", "cases/{case_id}/materials/{material_id}/message", COUNTER, {}, finer=STATE),
    desk("POST", "cases/{case_id}/materials", COUNTER, {"material_id": "{material_id}"}, files=MATERIAL),
    desk("GET", "cases/{case_id}/attachments/{attachment_id}", CASE_READERS, finer="a department sees the cases of its own matters"),
    *(desk("POST", f"cases/{{case_id}}/{step}", (R.CLERK, R.TOWNSHIP_OFFICER), body) for step, body in (("receive", {}), ("accept", {}), ("not-accept", REASON))),
    desk("POST", "cases/{case_id}/supplement", HANDLERS, {}, finer=STATE),
    desk("POST", "cases/{case_id}/resume", HANDLERS, {}, finer=STATE),
    desk("POST", "cases/{case_id}/suspend", (R.VILLAGE_OFFICIAL, *OFFICERS), REASON, finer=STATE),
    *(desk("POST", f"cases/{{case_id}}/{step}", CASE_READERS, body, finer=STATE) for step, body in (("steps/{step}/complete", {}), ("return", REASON), ("decide", {"outcome": "approved"}), ("not-issue", REASON | {"basis": "村级证明事项清单第一条"}))),
    desk("POST", "cases/{case_id}/deliver", COUNTER, {}),
    desk("POST", "cases/{case_id}/close", COUNTER, {}),
    desk("POST", "cases/{case_id}/withdraw", COUNTER, REASON, spared="the case must stay open"),
    desk("POST", "cases/{case_id}/reopen", (*OFFICERS, R.COUNTY_ADMIN), REASON, finer=STATE),
    desk("GET", "cases/{case_id}/documents", CASE_READERS, finer="a department sees the cases of its own matters"),
    desk("POST", "refusal-notes", COUNTER, {"matter_id": "{refused_id}", "name": "王五", "division": "{village}"}),
    desk("GET", "documents/{document_id}", CASE_READERS, finer="a department sees the cases of its own matters"),
    desk("POST", "tickets", (*HALL, R.GRID_WORKER), {}, finer="a hall of the own village"),
    desk("GET", "windows", QUEUE_READERS),
    desk("GET", "queue", QUEUE_READERS, finer="names a hall unless the village is known"),
    desk("GET", "queue/report?division={village}", QUEUE_READERS, finer="names a hall unless the village is known"),
    desk("POST", "tickets/{skipped_ticket_id}/come-back", HALL),
    desk("POST", "windows/{window_id}/call-next", HALL),
    desk("POST", "windows/{window_id}/recall", HALL),
    desk("POST", "windows/{window_id}/skip", HALL),
    desk("POST", "windows/{window_id}/transfer", HALL, {"to_window_id": "{other_window_id}"}),
    desk("POST", "windows/{window_id}/pad-code", HALL),
    desk("GET", "windows/{window_id}/pad", HALL),
    desk("DELETE", "windows/{window_id}/pad", HALL, finer="only a window that has a pad"),
    desk("POST", "windows/{window_id}/pad/tasks", HALL, {"kind": "signature", "case_id": "{case_id}"}),
    desk("GET", "cases/{case_id}/signatures", CASE_READERS, finer="a department sees the cases of its own matters"),
    desk("POST", "cases/{case_id}/signatures", COUNTER, files=MATERIAL),
    desk("GET", "cases/{case_id}/signatures/{signature_id}", CASE_READERS, finer="a department sees the cases of its own matters"),
    desk("GET", "workbench", CASE_READERS),
    desk("POST", "cases/batch", CASE_READERS, {"command": "complete-step", "items": [{"case_id": "{case_id}", "version": 1}]}),
    desk("POST", "cases/hand-over", COUNTER, {"case_ids": ["{case_id}"], "to": "01990000-0000-7000-8000-00000000000a"}, finer="only to a colleague of the same desk"),
    desk("GET", "colleagues", COUNTER),
    desk("GET", "outlook", LEADERS),
    desk("GET", "outlook/figures", LEADERS),
    desk("GET", "asked-twice/figures", (R.VILLAGE_OFFICIAL, *OFFICERS, R.SUPERVISOR, R.COUNTY_ADMIN, R.AUDITOR)),
    desk("GET", "promises", CASE_READERS),
    desk("GET", "notices", DESK_STAFF),
    desk("GET", "notices/unread", DESK_STAFF),
    desk("POST", "notices/read", DESK_STAFF, {"everything": True}),
    desk("GET", "notice-preferences", DESK_STAFF),
    desk("PUT", "notice-preferences", DESK_STAFF, {"muted": []}),
    desk("GET", "residents/{resident_id}/notice-preferences", COUNTER),
    desk("PUT", "residents/{resident_id}/notice-preferences", COUNTER, {"sms": True}),
    *SUBSCRIPTIONS,
    desk("GET", "sms-messages", (R.COUNTY_ADMIN,)),
    desk("GET", "sms-messages/demo", (R.COUNTY_ADMIN,)),
    desk("GET", "evaluations", RATING_READERS),
    desk("GET", "evaluations/figures", RATING_READERS),
    desk("GET", "rectifications", RATING_READERS),
    desk("POST", "rectifications/{case_id}/call-back", (R.VILLAGE_OFFICIAL, *OFFICERS), {"outcome": "reached"}, finer=RECTIFIED),
    desk("POST", "rectifications/{case_id}/complete", (R.VILLAGE_OFFICIAL, *OFFICERS), {"measures": "已整改"}, finer=RECTIFIED),
    desk("POST", "rectifications/{case_id}/appeal", (*HALL, R.DEPARTMENT_OFFICER), REASON, finer=RECTIFIED),
    desk("POST", "rectifications/{case_id}/decide-appeal", (R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN), {"outcome": "upheld", "answer": "情况属实"}, finer=RECTIFIED),
    desk("GET", "residents/{resident_id}/desk-summary", COUNTER, shared="the desk knows cases and papers, not people: a stranger gets an empty list"),
    desk("GET", "whistle-settings", CASE_FOLLOWERS),
    desk("GET", "whistle-counts", CASE_FOLLOWERS),
    desk("GET", "whistle-league", (*OFFICERS, R.COUNTY_ADMIN, R.AUDITOR)),
    desk("GET", "whistles", CASE_FOLLOWERS),
    desk("POST", "whistles", COUNTER, WHISTLE),
    desk("POST", "whistles/similar", COUNTER, {"division": "{village}", "category": "road", "description": "村口路灯坏了"}),
    desk("GET", "whistles/{whistle_id}", CASE_FOLLOWERS, finer=DUTY),
    desk("GET", "whistles/{whistle_id}/similar", CASE_READERS, finer=DUTY),
    desk("POST", "whistles/{whistle_id}/reveal", HANDLERS, {"purpose": "回访"}, finer=DUTY),
    desk("POST", "whistles/{whistle_id}/photos", HANDLERS, files=MATERIAL, finer=DUTY),
    desk("GET", "whistles/{whistle_id}/photos/{photo_id}", CASE_READERS, finer=DUTY),
    desk("POST", "whistles/{whistle_id}/call", HALL, {}),
    desk("POST", "whistles/{whistle_id}/dismiss", COUNTER, REASON, finer=WHISTLER),
    desk("POST", "whistles/{whistle_id}/join", COUNTER, {"into_id": "{whistle_id}"}, finer=WHISTLER),
    desk("POST", "whistles/{whistle_id}/whistle", (R.TOWNSHIP_OFFICER,), SHARES),
    desk("POST", "whistles/{whistle_id}/assign", (R.TOWNSHIP_OFFICER,), SHARES, finer=WHISTLER),
    desk("POST", "whistles/{whistle_id}/report-in", (R.DEPARTMENT_OFFICER,), {}, finer=DUTY),
    desk("POST", "whistles/{whistle_id}/decline", (R.DEPARTMENT_OFFICER,), REASON, finer=DUTY),
    desk("POST", "whistles/{whistle_id}/solve", (R.DEPARTMENT_OFFICER,), {"answer": "路灯已更换"}, finer=DUTY),
    desk("POST", "whistles/{whistle_id}/close", (R.TOWNSHIP_OFFICER,), {}, finer=WHISTLER),
    desk("POST", "whistles/{whistle_id}/send-back", (R.TOWNSHIP_OFFICER,), REASON, finer=WHISTLER),
    desk("POST", "whistles/{whistle_id}/take-over", (R.TOWNSHIP_OFFICER,), REASON, finer=WHISTLER),
    public("desk", "GET", "matters/categories?division={village}"),
    public("desk", "GET", "matters?place=421202"),
    public("desk", "GET", "matters/{matter_id}"),
    public("desk", "GET", "receipts/{token}"),
    public("desk", "GET", "evaluations/{token}"),
    public("desk", "POST", "evaluations/{token}", {"level": 5}),
    public("desk", "GET", "verifications/{token}"),
    public("desk", "POST", "verifications/{token}", {"sha256": "0" * 64}),
    public("desk", "POST", "tickets", {"division": "{village}"}),
    public("desk", "GET", "tickets/{token}"),
    public("desk", "POST", "tickets/{token}/leave"),
    public("desk", "GET", "halls/{village}"),
    public("desk", "GET", "board?division={village}"),
    public("desk", "POST", "sms-receipts", {"receipts": [{"request_id": "421202/x", "state": "delivered", "at": "2026-11-23T09:00:00+08:00"}]}, finer="only the place's provider"),
    public("desk", "POST", "pads", {"code": "00000000"}, finer="only a code that a clerk shows now"),
    public("desk", "GET", "pads/{pad_token}", finer="until the window's pad is taken away"),
    public("desk", "DELETE", "pads/{pad_token}/tasks/{case_id}", finer="only the question that it shows"),
    public("desk", "POST", "pads/{pad_token}/signature", files=MATERIAL, finer="only what a clerk asks for now"),
    public("desk", "GET", "whistles/settings?division={village}"),
    public("desk", "POST", "whistles/similar", {"division": "{village}", "category": "road", "description": "村口路灯坏了"}),
    public("desk", "POST", "whistles", {**WHISTLE, "reporter": {"name": "王五", "phone": "13900003333"}}),
    public("desk", "GET", "whistles/{whistle_token}"),
    public("desk", "POST", "whistles/{whistle_token}/photos", files=MATERIAL),
    public("desk", "POST", "whistles/{whistle_token}/rating", {"level": 5}),
]
PROOFS = ("checkpoint", "key", "tile/0/000.p/1", "proofs/inclusion?entry=0", "proofs/consistency?from=1&to=1")
EXTRACTORS = LEDGER_READERS
WITNESS = {"verifier_key": "witness.example/contract+2666b74a+BHm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk", "title": "县审计局", "kind": "county"}
SIGNS = "a witness's own signature"
SUPERVISION = [
    supervision("GET", "ledger/{tenant}/timeline?person={resident_id}", WATCHERS, finer=OWN_LOG),
    supervision("GET", "ledger/{tenant}/entries/{index}/extract", EXTRACTORS, finer=OWN_LOG),
    supervision("GET", "ledger/{tenant}/entries/{index}/extract.pdf", EXTRACTORS, finer=OWN_LOG),
    supervision("GET", "ledger/{tenant}/sources", LEDGER_READERS, finer=OWN_LOG),
    supervision("GET", "ledger/{tenant}/alarms", LEDGER_READERS, finer=OWN_LOG),
    supervision("POST", "ledger/{tenant}/alarms/{alarm_id}/answer", (R.SUPERVISOR, R.COUNTY_ADMIN), {"note": "已查明原因"}, finer="answered once"),
    supervision("POST", "ledger/{tenant}/witnesses", (R.COUNTY_ADMIN,), WITNESS),
    supervision("POST", "ledger/{tenant}/witnesses/{witness_id}/retire", (R.COUNTY_ADMIN,), finer="retired once"),
    *(public("supervision", "GET", f"ledger/{{tenant}}/{leaf}") for leaf in ("witnesses", "checkpoints", "cosigned-checkpoint")),
    public("supervision", "POST", "ledger/{tenant}/cosignatures", finer=SIGNS),
    public("supervision", "POST", "ledger/{tenant}/refusals", finer=SIGNS),
    supervision("GET", "ledger/{tenant}/entries", LEDGER_READERS, finer=OWN_LOG),
    supervision("GET", "ledger/{tenant}/entries/{index}", LEDGER_READERS, finer=OWN_LOG),
    *(supervision("GET", f"ledger/{{tenant}}/{leaf}", (*SUPERVISION_STAFF, R.SYSTEM_ADMIN), finer=OWN_LOG, shared="hashes are public") for leaf in PROOFS),
    *(public("supervision", "GET", f"ledger/{{tenant}}/{leaf}") for leaf in PROOFS),
    public("supervision", "GET", "disclosures?division={village}"),
    *(public("supervision", "GET", f"disclosures/{leaf}?division={{village}}") for leaf in ("years", "feed", "catalogue", "duties")),
    *(public("supervision", "GET", f"disclosures/{{disclosure_id}}{leaf}") for leaf in ("", "/notice", "/proof", "/files/{disclosure_file_id}")),
    public("supervision", "POST", "disclosures/{disclosure_id}/questions", {"kind": "question", "text": "水费为什么多？"}),
    public("supervision", "GET", "disclosures/questions/{question_token}"),
    public("supervision", "POST", "disclosures/questions/{question_token}/appeal", {"text": "一直没有答复"}, finer="after an answer, or once it is late"),
    supervision("GET", "disclosures?division={village}", SUPERVISION_STAFF, shared="a stranger's list is empty"),
    supervision("GET", "disclosures/catalogue", SUPERVISION_STAFF, shared="the rules of a place, not its people"),
    supervision("POST", "disclosures", DISCLOSERS, DISCLOSURE),
    supervision("GET", "disclosures/{disclosure_id}", SUPERVISION_STAFF),
    supervision("PUT", "disclosures/{disclosure_draft_id}", DISCLOSERS, {"title": "试拟公开", "body": "试拟"}),
    *(supervision("POST", f"disclosures/{{disclosure_draft_id}}/{step}", roles, {"reason": "试"}, finer=DISCLOSURE_STATE, spared=DISCLOSURE_STATE) for step, roles in DISCLOSURE_STEPS.items()),
    supervision("POST", "disclosures/{disclosure_draft_id}/files", DISCLOSERS, files=MATERIAL),
    supervision("DELETE", "disclosures/{disclosure_draft_id}/files/{disclosure_file_id}", DISCLOSERS, finer="a file of this draft"),
    supervision("GET", "disclosures/{disclosure_id}/files/{disclosure_file_id}", SUPERVISION_STAFF),
    supervision("GET", "disclosures/{disclosure_id}/notice", SUPERVISION_STAFF),
    supervision("GET", "deliberations?division={village}", SUPERVISION_STAFF, shared="a stranger's list is empty"),
    supervision("GET", "deliberations/procedures", SUPERVISION_STAFF, shared="the rules of a place, not its people"),
    supervision("POST", "deliberations", HALL, DELIBERATION),
    *(supervision("GET", f"deliberations/{{deliberation_id}}{leaf}", SUPERVISION_STAFF) for leaf in ("", "/resolution")),
    supervision("GET", "deliberations/{deliberation_id}/roll?body=villagers", (*COUNTER, R.SUPERVISOR, R.COUNTY_ADMIN, R.AUDITOR)),
    supervision("GET", "deliberations/{deliberation_id}/conflicts", (*COUNTER, R.SUPERVISOR, R.COUNTY_ADMIN, R.AUDITOR)),
    *(supervision("POST", f"deliberations/{{deliberation_id}}/{step}", HALL, body, finer=DISCLOSURE_STATE, spared=DISCLOSURE_STATE) for step, body in MEETING.items()),
    supervision("POST", "deliberations/{deliberation_id}/drafts", HALL, {"item": "decisions"}, finer=DISCLOSURE_STATE),
    supervision("POST", "deliberations/{deliberation_id}/publish", (R.VILLAGE_OFFICIAL,), {"disclosures": ["{disclosure_id}"]}, finer=DISCLOSURE_STATE),
    *(supervision("POST", f"deliberations/{{deliberation_id}}/{step}", (R.VILLAGE_OFFICIAL,), body, finer=DISCLOSURE_STATE) for step, body in LED.items()),
    *(supervision("POST", f"deliberations/{{deliberation_id}}/{step}", (R.SUPERVISOR,), body, finer=DISCLOSURE_STATE) for step, body in JUDGED.items()),
    supervision("POST", "deliberations/{deliberation_id}/withdraw", (R.VILLAGE_OFFICIAL, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN), {"reason": "重复"}, finer=DISCLOSURE_STATE, spared=DISCLOSURE_STATE),
    supervision("POST", "deliberations/{deliberation_id}/files", HALL, files=MATERIAL),
    supervision("GET", "deliberations/{deliberation_id}/files/{deliberation_file_id}", SUPERVISION_STAFF),
    supervision("DELETE", "deliberations/{deliberation_id}/files/{disclosure_file_id}", HALL, finer="a paper of this deliberation"),
    supervision("GET", "disclosure-duties?division={village}", SUPERVISION_STAFF),
    supervision("GET", "disclosure-duties/overview?division={village}", SUPERVISION_STAFF),
    supervision("POST", "disclosure-occasions", (*COUNTER, R.SUPERVISOR), {"division": "{village}", "item": "decisions", "title": "修路", "day": "2026-01-05"}),
    supervision("POST", "disclosure-villages", (R.COUNTY_ADMIN,), {"division": "{village}", "since": "2026-01-01"}),
    supervision("GET", "disclosure-settings", SUPERVISION_STAFF, shared="a decision of the county that everybody may know"),
    supervision("PUT", "disclosure-settings", (R.COUNTY_ADMIN,), {"missing_public": True, "flags_public": "counts"}, shared="each county decides for itself"),
    supervision("GET", "disclosure-questions", SUPERVISION_STAFF),
    supervision("GET", "disclosure-questions/{question_id}", SUPERVISION_STAFF),
    supervision("POST", "disclosure-questions/{question_id}/answer", (R.VILLAGE_OFFICIAL,), {"text": "已附票据"}),
    supervision("POST", "disclosure-questions/{question_id}/decide", (R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN), {"text": "已附票据"}),
    supervision("GET", "lookups?resident={resident_id}", (R.RESIDENT, *HALL), finer="residents ask for themselves, staff for whom the registry shows them", shared="a stranger's list is empty or refused by the registry"),
    supervision("GET", "lookups/alerts", WATCHERS),
    supervision("POST", "lookups/alerts/answers", (R.SUPERVISOR, R.COUNTY_ADMIN), {"rule": "at_night", "actor": "{resident_id}", "day": "2026-11-01", "note": "已询问本人"}, finer="only an alert of the own area has an answer"),
    *OVERSIGHT,
    *ADMINISTRATORS_TOGETHER,
    *BALLOTS,
    supervision("GET", "repeated-supplements", WATCHERS),
    supervision("GET", "seals", SEAL_READERS),
    supervision("GET", "seals/{seal_id}", SEAL_READERS),
    supervision("POST", "seals", PROPOSERS, {"division": "{village}", "name": "试刻的章", "custodians": ["{resident_id}"] * 3, "resolution": "决议〔2026〕第1号", "resolved_on": "2020-03-01"}),
    supervision("GET", "seal-candidates?division={village}", PROPOSERS),
    supervision("POST", "seals/{seal_id}/custodians/1/successor", PROPOSERS, {"account": "{resident_id}", "resolution": "决议〔2026〕第1号", "resolved_on": "2020-03-01"}),
    *(supervision("POST", f"seals/{{seal_id}}/custodians/1/{leaf}", (*PROPOSERS, R.SUPERVISOR, R.CUSTODIAN), body, finer=CUSTODY) for leaf, body in (("key/lost", {"reason": "lost"}), ("identity", None))),
    supervision("GET", "seal-changes", SEAL_READERS),
    supervision("POST", "seal-changes/{seal_change_id}/confirm", (*PROPOSERS, R.SUPERVISOR), finer="nobody confirms what one proposed"),
    supervision("POST", "seal-changes/{seal_change_id}/refuse", (*PROPOSERS, R.SUPERVISOR), REASON, finer="nobody refuses what one proposed"),
    *(public("supervision", "GET", f"seals/{{tenant}}/{leaf}", finer="a county has an authority once a custodian has a key") for leaf in ("authority.cer", "revoked.crl")),
    supervision("POST", "seals/{seal_id}/custodians/me/key", (R.CUSTODIAN,), {"public_key_jwk": "{jwk}", "proof": "AAAA"}),
    supervision("POST", "seals/{seal_id}/uses", HALL, {"case_id": "{case_id}", "document_id": "{document_id}", "purpose": "居住情况证明"}, finer="the place's profile narrows who requests"),
    supervision("GET", "seals/{seal_id}/uses", SEAL_READERS),
    supervision("GET", "uses", SEAL_READERS),
    *(
        row
        for use in ("seals/{seal_id}/uses/{use_id}", "uses/{use_id}")
        for row in (
            supervision("GET", use, SEAL_READERS),
            supervision("GET", f"{use}/document", (*HALL, R.SUPERVISOR, R.TOWNSHIP_OFFICER, R.CUSTODIAN)),
            supervision("POST", f"{use}/approve", APPROVERS, finer="the place's profile narrows who approves", spared="the use must stay undecided"),
            supervision("POST", f"{use}/refuse", (*APPROVERS, R.CUSTODIAN), REASON, spared="the use must stay undecided"),
            supervision("POST", f"{use}/cancel", HALL, spared="the use must stay undecided"),
            supervision("POST", f"{use}/open", (R.CUSTODIAN,), finer=CUSTODY),
            supervision("GET", f"{use}/to-be-signed", (R.CUSTODIAN,), finer=CUSTODY),
            supervision("POST", f"{use}/sign", (R.CUSTODIAN,), {"signature": "AAAA"}, finer=CUSTODY),
        )
    ),
]
ROOT = "/"
GATEWAY = [
    public("gateway", "GET", ".well-known/jwks.json", prefix=ROOT),
    public("gateway", "GET", ".well-known/oauth-authorization-server", prefix=ROOT),
    public("gateway", "POST", "oauth2/token", prefix=ROOT, finer="a client's own credentials"),
    public("gateway", "POST", "otp", {"phone": "13900000000"}, prefix="/api/auth/v1/"),
    public("gateway", "POST", "sessions", {"username": "nobody", "password": "x"}, prefix="/api/auth/v1/", finer="the account's own password"),
    public("gateway", "POST", "sessions/refresh", {}, prefix="/api/auth/v1/", finer="the session's own refresh token"),
    public("gateway", "GET", "places", prefix="/api/auth/v1/"),
    gateway("GET", "sessions", ADMINISTRATORS),
    gateway("POST", "sessions/post", PEOPLE, {"post_id": "{post_id}"}, finer="only posts that one holds"),
    gateway("DELETE", "sessions/current", PEOPLE),
    gateway("DELETE", "sessions/{session_id}", ADMINISTRATORS, finer="gone after the first"),
    gateway("GET", "me", PEOPLE, finer="residents and organisations have no account"),
    gateway("PATCH", "me", PEOPLE, {"locale": "zh-CN"}, finer="residents and organisations have no account"),
    gateway("PUT", "me/password", PEOPLE, {"current_password": "x", "new_password": "y"}, finer="residents and organisations have no account"),
    gateway("POST", "me/otp-secret", PEOPLE, finer="residents and organisations have no account"),
    gateway("POST", "me/otp-secret/confirm", PEOPLE, {"otp": "000000"}, finer="residents and organisations have no account"),
    gateway("POST", "me/otp-secret/remove", PEOPLE, {"password": "x", "otp": "000000"}, finer="residents and organisations have no account"),
    gateway("GET", "profiles", PEOPLE, shared="a profile is the rules of a place, not its people"),
    gateway("GET", "profiles/{profile_id}", PEOPLE, shared="a profile is the rules of a place, not its people"),
    gateway("GET", "account-names?ids={account_id}", COLLEAGUES),
    gateway("GET", "accounts", ADMINISTRATORS),
    gateway("POST", "accounts", ADMINISTRATORS, {"username": "new.{new}", "name": "新人", "tenant": "{tenant}", "password": "Kuaizi-Fanwan-2043"}),
    gateway("GET", "accounts/{account_id}", ADMINISTRATORS),
    gateway("PATCH", "accounts/{account_id}", ADMINISTRATORS, {"name": "测试"}),
    gateway("POST", "accounts/{account_id}/disable", ADMINISTRATORS),
    gateway("POST", "accounts/{account_id}/enable", ADMINISTRATORS),
    gateway("POST", "accounts/{account_id}/reset-password", ADMINISTRATORS, PASSWORD),
    gateway("POST", "accounts/{account_id}/reset-otp", ADMINISTRATORS),
    gateway("DELETE", "accounts/{account_id}/sessions", ADMINISTRATORS),
    gateway("POST", "accounts/{account_id}/posts", ADMINISTRATORS, POST),
    gateway("PATCH", "posts/{post_id}", ADMINISTRATORS, {"title": "报账员"}),
    gateway("DELETE", "posts/{post_id}", ADMINISTRATORS, spared="the post must stay"),
    gateway("GET", "sign-ins", ADMINISTRATORS),
    gateway("GET", "operations", ADMINISTRATORS),
    gateway("GET", "messages", SYSTEM),
    gateway("GET", "clients", SYSTEM),
    gateway("POST", "clients", SYSTEM, {"client_id": "c-{new}", "name": "伙伴", "secret": "S" * 32, "tenant": "{tenant}", "divisions": ["{tenant}"], "scopes": []}),
    gateway("GET", "clients/{row_id}", SYSTEM),
    gateway("PATCH", "clients/{row_id}", SYSTEM, {"name": "演示：省政务服务平台"}),
    gateway("POST", "signing-keys", SYSTEM, spared="services would refuse all tokens until they have the new key"),
]
# Who may see that there are jobs, and one that this county has.
WORKERS = {registry: ((*REVEALERS, R.COUNTY_ADMIN), "{scan_id}"), desk: (CASE_READERS, "{job_id}"), supervision: (SUPERVISION_STAFF, "{job_id}")}
OF_THE_KERNEL = [
    *(
        row
        for service, (roles, job) in WORKERS.items()
        for row in (
            service("GET", "jobs", roles),
            service("GET", f"jobs/{job}", roles, finer=OWN_JOB),
            service("GET", f"jobs/{job}/events", roles, finer=OWN_JOB),
            service("DELETE", f"jobs/{job}", roles, finer=OWN_JOB),
        )
    ),
    *(
        row
        for service in (registry, desk, supervision, gateway)
        for row in (
            service("GET", "upkeep/jobs", SYSTEM),
            service("GET", "upkeep/deliveries", SYSTEM),
            service("GET", "upkeep/dead-letters", SYSTEM),
            service("POST", "upkeep/dead-letters/replay", SYSTEM, {}),
        )
    ),
]
# fmt: on
TABLE = [*REGISTRY, *DESK, *SUPERVISION, *GATEWAY, *OF_THE_KERNEL]
