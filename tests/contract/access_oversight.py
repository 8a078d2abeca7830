"""The rows of `access.py` about red flags, inquiries, the cockpit and the supervision committee."""

from __future__ import annotations

from linli_kernel.identity import Role

from tests.contract.rows import public, registry, supervision
from tests.pictures import PICTURE

R = Role
WATCHERS = (R.SUPERVISOR, R.AUDITOR, R.COUNTY_ADMIN)
INQUIRERS = (*WATCHERS, R.VILLAGE_OFFICIAL, R.TOWNSHIP_OFFICER)
FLAG_STATE = "its owner only, in the order of its states"
INQUIRY_STATE = "in the order of its states"
SEAL_READERS = (R.CLERK, R.VILLAGE_OFFICIAL, R.SUPERVISOR, R.CUSTODIAN, R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN, R.AUDITOR)
CUSTODY = "only the custodians of this seal"
RUBBER = "only a seal of rubber has one"
STAMP = {"purpose": "用印", "documents": [{"title": "合同", "copies": 2, "impressions": 2}]}
STAMPED = {"number": "XN-2", "documents": [{"line": 1, "copies": 2, "impressions": 2}]}
PHOTOGRAPH = {"file": ("seal.png", PICTURE)}

FIGURE_READERS = (
    R.CLERK,
    R.VILLAGE_OFFICIAL,
    R.GRID_WORKER,
    R.TOWNSHIP_OFFICER,
    R.DEPARTMENT_OFFICER,
    R.SUPERVISOR,
    R.AUDITOR,
    R.BOOKKEEPER,
    R.COUNTY_ADMIN,
)


# fmt: off
CENTRES = [
    registry("GET", "centres?division={village}", FIGURE_READERS),
    registry("PUT", "centres/{village}", (R.COUNTY_ADMIN,), {"longitude": 114.4, "latitude": 30.04}),
]
OVERSIGHT = [
    supervision("GET", "flags", WATCHERS),
    supervision("GET", "flags/counts", WATCHERS),
    supervision("GET", "flags/{flag_id}", WATCHERS),
    *(supervision("POST", f"flags/{{flag_id}}/{step}", WATCHERS, {"note": "已了解情况"}, finer=FLAG_STATE) for step in ("take", "explain", "confirm", "dismiss", "close")),
    supervision("GET", "flags/{flag_id}/candidates", WATCHERS),
    supervision("POST", "flags/{flag_id}/assign", WATCHERS, {"account": "{resident_id}", "note": "请核实"}, finer="to whom it can be given only"),
    supervision("GET", "flag-rules", WATCHERS, shared="the rules of a place, not its people"),
    supervision("PUT", "flag-rules/bulk_rating", (R.COUNTY_ADMIN,), {"on": True, "thresholds": {"ratings": 4}}, shared="each county decides for itself", finer="of this version only"),
    supervision("POST", "flag-rules/bulk_rating/back-tests", (R.COUNTY_ADMIN, R.AUDITOR), {"days": 1, "thresholds": {"ratings": 4}}, shared="each county tries for itself"),
    *(public("supervision", "GET", f"flags{leaf}?division={{village}}") for leaf in ("", "/findings")),
    supervision("GET", "inquiries", INQUIRERS),
    supervision("POST", "inquiries", (R.SUPERVISOR,), {"division": "{village}", "question": 1, "origin": "planned", "subject": "窗口服务态度"}),
    supervision("GET", "inquiries/complaints?division={village}", (R.SUPERVISOR,)),
    supervision("GET", "inquiries/{inquiry_id}", INQUIRERS),
    *(supervision("POST", f"inquiries/{{inquiry_id}}/{step}", (R.VILLAGE_OFFICIAL if step == "rectify" else R.SUPERVISOR,), {"note": "已核实"}, finer=INQUIRY_STATE) for step in ("begin", "clear", "object", "rectify", "reject", "accept")),
    supervision("GET", "cockpit?division={village}", INQUIRERS),
    supervision("GET", "cockpit/report?division={village}", INQUIRERS),
    supervision("GET", "cockpit/workbook?kind=yearly&division={village}", INQUIRERS),
    supervision("GET", "committee?division={village}", INQUIRERS),
    supervision("GET", "committee/meetings", INQUIRERS),
    supervision("GET", "committee/activity?division={village}", INQUIRERS),
    supervision("POST", "committee/meetings", (R.SUPERVISOR,), {"division": "{village}", "day": "2026-01-05", "present": 3, "topics": "一季度账目", "decisions": "账目相符"}),
    supervision("PUT", "committee/checks/place", (R.SUPERVISOR,), {"division": "{village}", "met": True}),
    supervision("POST", "seals/{seal_id}/paper-uses", (R.CLERK, R.VILLAGE_OFFICIAL), STAMP, finer=RUBBER),
    supervision("GET", "seal-resolutions?division={village}", (R.TOWNSHIP_OFFICER, R.COUNTY_ADMIN)),
    supervision("GET", "seals/{seal_id}/envelopes", SEAL_READERS),
    supervision("POST", "seals/{seal_id}/envelopes", (R.SUPERVISOR, R.TOWNSHIP_OFFICER), {"number": "XN-1"}, files=PHOTOGRAPH, finer=RUBBER),
    supervision("GET", "seals/{seal_id}/incidents", SEAL_READERS),
    supervision("GET", "seal-photographs/{use_id}", SEAL_READERS, finer=RUBBER),
    supervision("POST", "uses/{use_id}/photographs", (R.CUSTODIAN,), files=PHOTOGRAPH, finer=CUSTODY),
    supervision("POST", "uses/{use_id}/unseal", (R.CUSTODIAN,), {"condition": "whole", "number": "XN-1"}, finer=CUSTODY),
    supervision("POST", "uses/{use_id}/reclose", (R.CUSTODIAN,), STAMPED, finer=CUSTODY),
]
