"""The one SQL condition that keeps a viewer inside its tenant and area.

Every repository query carries it; the ranges use the plain index on (tenant, division).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true

from .identity import ANY_TENANT, Viewer


def division_range(prefix: str) -> tuple[str, str]:
    """Return [low, high) of all codes that begin with the prefix; ':' follows '9' in C collation."""
    return prefix, prefix + ":"


def in_area(viewer: Viewer, division: ColumnElement[str]) -> ColumnElement[bool]:
    """The area part alone."""
    return in_divisions(viewer.divisions, division)


def in_divisions(prefixes: Sequence[str], division: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a division lies in one of the areas that are named by prefix; nothing lies in none."""
    parts: list[ColumnElement[bool]] = []
    for prefix in prefixes:
        low, high = division_range(prefix)
        parts.append(division == prefix if len(prefix) >= 12 else and_(division >= low, division < high))
    return or_(*parts) if parts else false()


def in_scope(
    viewer: Viewer,
    tenant: ColumnElement[str],
    division: ColumnElement[str],
    grid: ColumnElement[UUID | None] | None = None,
) -> ColumnElement[bool]:
    """Tenant and area of the viewer; with `grid`, a viewer bound to grids sees only those.

    A service caller (tenant "*") sees every tenant: its queries name the tenant themselves.
    """
    same_tenant: ColumnElement[Any] = true() if viewer.tenant == ANY_TENANT else tenant == viewer.tenant
    condition = and_(same_tenant, in_area(viewer, division))
    if grid is not None and viewer.grids:
        condition = and_(condition, grid.in_(viewer.grids))
    return condition
