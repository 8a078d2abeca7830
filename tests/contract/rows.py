"""What a line of the table of access is made of; the table itself is `access.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from linli_kernel.identity import Role

PUBLIC: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Row:
    service: str
    prefix: str
    method: str
    leaf: str
    roles: tuple[Role, ...]
    body: Any = None
    files: Any = None
    finer: str = ""
    shared: str = ""
    spared: str = ""

    @property
    def path(self) -> str:
        return self.prefix + self.leaf

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


registry: Callable[..., Row] = partial(Row, "registry", "/api/registry/v1/")
desk: Callable[..., Row] = partial(Row, "desk", "/api/desk/v1/")
supervision: Callable[..., Row] = partial(Row, "supervision", "/api/supervision/v1/")
gateway: Callable[..., Row] = partial(Row, "gateway", "/api/auth/v1/")


def public(service: str, method: str, leaf: str, body: Any = None, prefix: str = "/api/public/v1/", **more: Any) -> Row:
    return Row(service, prefix, method, leaf, PUBLIC, body, **more)
