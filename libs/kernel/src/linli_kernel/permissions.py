"""Who may do what: one map per service, checked by a dependency on every route.

A permission that is not in the map is refused; `PUBLIC` marks the routes that need no sign-in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Query, Request

from .errors import Forbidden, NotFound
from .identity import Role, Viewer
from .reach import in_county
from .tokens import bearer

Predicate = Callable[[Viewer], bool]
Alternatives = Sequence[Sequence[Predicate]]


class _Public:
    def __repr__(self) -> str:
        return "PUBLIC"


PUBLIC = _Public()
Rule = Alternatives | _Public
Policy = Mapping[Any, Rule]
Silent = Mapping[str, Sequence[str]]
"""Why routes write no entry of the ledger: reason → routes (`GET registry/v1/grids`, without `/api/`)."""

OF_EVERY_SERVICE: Silent = {
    "says whether the process is well; no person": ("GET healthz", "GET readyz", "GET metrics", "GET openapi.json"),
    "the state of work, without whom it is about; what the work does is recorded by the work": (
        "GET {service}/v1/jobs",
        "GET {service}/v1/jobs/{job_id}",
        "GET {service}/v1/jobs/{job_id}/events",
        "DELETE {service}/v1/jobs/{job_id}",
        "GET {service}/v1/upkeep/jobs",
        "GET {service}/v1/upkeep/deliveries",
        "GET {service}/v1/upkeep/dead-letters",
    ),
    "brings the acts of others; each is an entry by itself": ("POST internal/v1/events",),
    "sessions that ended, told to every service; ending one is recorded at the gateway": (
        "POST internal/v1/revocations",
    ),
}
"""The same for the routes that the kernel gives to every service."""


def role_is(*roles: Role) -> Predicate:
    wanted = frozenset(roles)

    def predicate(viewer: Viewer) -> bool:
        return viewer.role in wanted

    return predicate


def has_scope(scope: str) -> Predicate:
    """An integration client needs this OAuth scope; other roles pass."""

    def predicate(viewer: Viewer) -> bool:
        return viewer.role is not Role.INTEGRATION or scope in viewer.scope

    return predicate


def allow(*roles: Role) -> Alternatives:
    """Each of these roles may."""
    return [[role_is(*roles)]]


def may(policy: Policy, permission: StrEnum, viewer: Viewer) -> bool:
    rule = policy.get(permission)
    if rule is None:
        return False
    if isinstance(rule, _Public):
        return True
    return any(all(predicate(viewer) for predicate in alternative) for alternative in rule)


def _authorization(headers: Sequence[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name == b"authorization":
            return value.decode("latin-1")
    return None


def viewer_of(request: Request) -> Viewer:
    """Verify the bearer token and remember the viewer on the request; raises Unauthenticated."""
    known: Viewer | None = request.scope.get("linli_viewer")
    if known is not None:
        return known
    viewer: Viewer = request.app.state.linli.verifier.verify(bearer(_authorization(request.scope["headers"])))
    request.scope["linli_viewer"] = viewer
    # A route may name its transaction before its viewer.
    if (tx := request.scope.get("linli_tx")) is not None:
        tx.viewer = viewer
    return viewer


def require(policy: Policy, permission: StrEnum) -> Callable[[Request], Any]:
    """Dependency: the viewer, if the policy lets its role do this; 401 or 403 otherwise."""

    async def dependency(request: Request) -> Viewer:
        viewer = viewer_of(request)
        if not may(policy, permission, viewer):
            raise Forbidden
        return viewer

    dependency.__dict__["permission"] = permission
    return dependency


County = Annotated[
    str | None,
    Query(
        pattern="^[a-z0-9]{2,20}$", description="county to read in, of those your post reaches; your own without one"
    ),
]


def reading(policy: Policy, permission: StrEnum) -> Callable[..., Any]:
    """Dependency of a route that only reads: the viewer, in the county that `county` names; NotFound beyond the post's reach.

    A command refuses it (`linli_kernel/http.py`): whoever looks into another county changes nothing there.
    """

    async def dependency(request: Request, county: County = None) -> Viewer:
        viewer = viewer_of(request)
        if not may(policy, permission, viewer):
            raise Forbidden
        if county is None:
            return viewer
        seen = in_county(request.app.state.linli.profiles, viewer, county)
        if seen is None:
            raise NotFound
        return seen

    dependency.__dict__.update(permission=permission, only_reads=True)
    return dependency


def public(policy: Policy, permission: StrEnum) -> Callable[[], Any]:
    """Dependency of a route that needs no sign-in; its line in the policy must say so."""
    if not isinstance(policy.get(permission), _Public):
        raise TypeError(f"{permission} is not PUBLIC in the policy")

    async def dependency() -> None:
        return None

    dependency.__dict__["permission"] = permission
    return dependency
