"""Flags and rules as they are answered."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from linli_kernel.permissions import may

from linli_supervision.flags.rules import Rule, shipped
from linli_supervision.flags.workflow import State, possible
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

Names = Mapping[UUID, str]
_KEPT = ("id", "rule", "severity", "state", "division", "facts", "happened_at", "raised_at", "version")


def actor(account: UUID | None, names: Names) -> dict[str, Any] | None:
    return None if account is None else {"id": account, "name": names.get(account)}


def accounts_of(rows: Iterable[Row]) -> set[UUID]:
    """Whose names a page of flags needs."""
    found = {account for row in rows for account in (row["owner"], *row["subjects"])}
    return {account for account in found if account is not None}


def brief(row: Row, viewer: Viewer, names: Names) -> dict[str, Any]:
    steps = possible(State(row["state"]), by=viewer.subject, owner=row["owner"], subjects=list(row["subjects"]))
    return {
        **{name: row[name] for name in _KEPT},
        "title": shipped()[row["rule"]].file.title.model_dump(),
        "owner": actor(row["owner"], names),
        "steps": [step.value for step in steps] if _handles(viewer) else [],
    }


def _handles(viewer: Viewer) -> bool:
    return may(POLICY, Permission.FLAG_HANDLE, viewer) and not viewer.visiting


def full(
    row: Row, viewer: Viewer, names: Names, evidence: list[dict[str, Any]], history: Iterable[Row]
) -> dict[str, Any]:
    return {
        **brief(row, viewer, names),
        **{name: row[name] for name in ("thresholds", "case_id", "entries")},
        "explanation": shipped()[row["rule"]].file.explanation.model_dump(),
        "subjects": [actor(account, names) for account in row["subjects"]],
        "evidence": evidence,
        "history": [
            {
                **{name: one[name] for name in ("step", "state", "note", "at")},
                "by": {"id": one["by"], "name": one["by_name"]},
            }
            for one in history
        ],
    }


def rule(one: Rule, change: Row | None, open_flags: int, looked_at: Any, names: Names) -> dict[str, Any]:
    file = one.file
    return {
        "id": one.id,
        "title": file.title.model_dump(),
        "severity": file.severity,
        "explanation": file.explanation.model_dump(),
        "reads": one.detector.reads,
        "looks_back_days": file.looks_back_days,
        "on": one.on,
        "thresholds": one.thresholds.model_dump(mode="json"),
        "shipped": file.thresholds,
        "ranges": one.detector.thresholds.model_json_schema(),
        "open_flags": open_flags,
        "looked_at": looked_at,
        "changed_by": actor(change["changed_by"], names) if change else None,
        "changed_at": change["changed_at"] if change else None,
        "version": change["version"] if change else 0,
    }
