"""What an auditor is shown of a case: its course, its clocks and who decided; of the people in it a masked name at most.

Words that somebody typed may name anybody, so none of them are shown; whatever opens more (a token, a link to a person) is left out.
"""

from typing import Any

from linli_kernel.identity import Role, Viewer
from linli_kernel.privacy import mask_name

NO_FORM: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}


def brief(viewer: Viewer, view: dict[str, Any]) -> dict[str, Any]:
    """A line of a list as the viewer is shown it."""
    if viewer.role is not Role.AUDITOR:
        return view
    return view | {"applicant_name": mask_name(view["applicant_name"]), "resident_id": None}


def full(viewer: Viewer, view: dict[str, Any]) -> dict[str, Any]:
    """A whole case as the viewer is shown it; `masked` names every field of the form."""
    if viewer.role is not Role.AUDITOR:
        return view
    return brief(viewer, view) | {
        "applicant": {"name": mask_name(view["applicant"]["name"])},
        "agent": {"name": mask_name(view["agent"]["name"])} if view["agent"] else None,
        "form": {},
        "masked": sorted(view["form"]),
        "form_schema": NO_FORM,
        "form_order": [],
        "steps": [_unsaid(step, "comment", None) for step in view["steps"]],
        "supplements": [_asked(notice) for notice in view["supplements"]],
        "documents": [_unsaid(paper, "token", "") for paper in view["documents"]],
        "history": [_unsaid(entry, "note", "") for entry in view["history"]],
        "receipt_token": None,
        "commands": [],
    }


def _unsaid(part: dict[str, Any], name: str, blank: str | None) -> dict[str, Any]:
    return part | {name: blank} if name in part else part


def _asked(notice: dict[str, Any]) -> dict[str, Any]:
    """A notice by what it asks for, in the catalogue's words and not in somebody's."""
    return notice | {"items": [item | {"text": ""} for item in notice["items"]], "reason": ""}
