"""One OpenAPI document out of four.

Paths never collide, because every service has its own prefixes; schemas of the same name but another content get the
service's name in front.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

DESCRIPTION = """\
The API of Linli (邻里): staff screens, phones, partners and independent clients all use it.

Errors are RFC 9457 problems. Lists take `limit` and `cursor`. Records carry `ETag`; changes take `If-Match`. Creating
requests take `Idempotency-Key`. Texts follow `Accept-Language` (zh, en).
"""


def combine(documents: Mapping[str, Document], *, version: str, missing: list[str]) -> Document:
    """Return the merged document; `missing` names services that could not be asked."""
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    tags: list[dict[str, Any]] = []
    for name, document in documents.items():
        own = _renamed(name, document, components)
        for path, operations in own.get("paths", {}).items():
            if not path.startswith("/internal/"):
                paths.setdefault(path, operations)
        for kind, members in own.get("components", {}).items():
            components.setdefault(kind, {}).update(members)
        known = {tag["name"] for tag in tags}
        tags += [tag for tag in own.get("tags", []) if tag["name"] not in known]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linli 邻里",
            "version": version,
            "description": DESCRIPTION,
            **({"x-missing-services": missing} if missing else {}),
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(members.items())) for kind, members in sorted(components.items())},
        "tags": tags,
    }


def _renamed(name: str, document: Document, taken: Mapping[str, Mapping[str, Any]]) -> Document:
    """Return the document with those of its components renamed that would hide another's."""
    prefix = "".join(word.capitalize() for word in name.split("-"))
    renames: dict[str, str] = {}
    for kind, members in document.get("components", {}).items():
        others = taken.get(kind, {})
        for member, content in members.items():
            if member in others and others[member] != content:
                renames[f"#/components/{kind}/{member}"] = f"#/components/{kind}/{prefix}{member}"
    if not renames:
        return copy.deepcopy(document)
    renamed: Document = _replaced(document, renames)
    for old, new in renames.items():
        kind, member = old.split("/")[2:]
        members = renamed["components"][kind]
        members[new.rsplit("/", 1)[1]] = members.pop(member)
    return renamed


def _replaced(value: Any, renames: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: renames.get(item, item) if key == "$ref" and isinstance(item, str) else _replaced(item, renames)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_replaced(item, renames) for item in value]
    return value


def as_text(document: Document) -> str:
    """Return the document as it is stored for drift checks: stable and readable."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
