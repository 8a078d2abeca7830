"""The combined document as a service, and a page that makes it readable without any file from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from time import monotonic
from typing import Any, Final

from linli_gateway.services import Services
from linli_gateway.web.combined import Document, combine

# A service that was down is asked again after a short while, a whole document is kept longer.
KEEP_SECONDS: Final = 300.0
KEEP_PARTIAL_SECONDS: Final = 5.0


class Documentation:
    """Fetches the services' documents and keeps the last good one of each."""

    def __init__(self, services: Services, own: Callable[[], Document], version: str) -> None:
        self._services = services
        self._own = own
        self._version = version
        self._parts: dict[str, Document] = {}
        self._made: Document | None = None
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def document(self) -> Document:
        """Return the combined document; services that are down are named in it."""
        async with self._lock:
            if self._made is None or monotonic() >= self._until:
                await self._make()
        if self._made is None:
            raise RuntimeError("the document was not made")
        return self._made

    async def _make(self) -> None:
        names = self._services.names
        found = await asyncio.gather(*(self._services.get(name, "/openapi.json", signed=False) for name in names))
        for name, document in zip(names, found, strict=True):
            if isinstance(document, dict) and "paths" in document:
                self._parts[name] = document
        missing = [name for name in names if name not in self._parts]
        self._made = combine({"gateway": self._own(), **self._parts}, version=self._version, missing=missing)
        stale = missing or any(document is None for document in found)
        self._until = monotonic() + (KEEP_PARTIAL_SECONDS if stale else KEEP_SECONDS)


_STYLE: Final = """
:root{color-scheme:light dark;--line:#d7dbd8;--soft:#5d6b64;--key:#1d6b4f}
body{font:16px/1.6 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:1080px;margin:0 auto;padding:24px}
h2{margin:40px 0 8px;border-bottom:1px solid var(--line)}summary{cursor:pointer;padding:6px 0;overflow-wrap:anywhere}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{overflow:auto;border:1px solid var(--line);padding:12px;border-radius:6px}
b.m{display:inline-block;min-width:64px;color:var(--key)}.soft{color:var(--soft)}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid var(--line);padding:4px 8px;text-align:left;vertical-align:top}
@media (prefers-color-scheme:dark){:root{--line:#3a423e;--soft:#a9b5ae;--key:#7fd1ae}body{background:#141816;color:#e8ece9}}
"""


def page(document: Document) -> str:
    """Return the document as one page of plain HTML, grouped by tag."""
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append(_operation(path, method, operation))
    body = "".join(
        f'<section id="{escape(tag)}"><h2>{escape(tag)}</h2>{"".join(items)}</section>'
        for tag, items in sorted(groups.items())
    )
    index = " · ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in sorted(groups))
    head = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return (
        f"{head}<title>Linli 邻里 API</title><style>{_STYLE}</style></head><body><main><h1>Linli 邻里 API</h1>"
        f'<p>{escape(document["info"]["description"])}</p><p><a href="/openapi.json">openapi.json</a> (OpenAPI 3.1)</p>'
        f'<nav aria-label="接口分组 groups">{index}</nav>{body}</main></body></html>'
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    lock = "" if operation.get("security") else ' <span class="soft">公开 public</span>'
    text = operation.get("description") or operation.get("summary") or ""
    return (
        f"<details><summary><b class=m>{escape(method.upper())}</b> <code>{escape(path)}</code>{lock}"
        f'<br><span class="soft">{escape(text.split(chr(10))[0])}</span></summary><p>{escape(text)}</p>'
        f"{_parameters(operation)}{_body(operation)}{_responses(operation)}</details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in operation.get("parameters", [])
    )
    return f"<h3>参数 parameters</h3><table>{rows}</table>" if rows else ""


def _body(operation: dict[str, Any]) -> str:
    kinds = "".join(
        f"<li><code>{escape(kind)}</code> {_schema_name(content)}</li>"
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
    )
    return f"<h3>请求 body</h3><ul>{kinds}</ul>" if kinds else ""


def _responses(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{_answer(response)}</td></tr>"
        for status, response in sorted(operation.get("responses", {}).items())
    )
    return f"<h3>应答 answers</h3><table>{rows}</table>"


def _answer(response: dict[str, Any]) -> str:
    if "$ref" in response:
        return escape(response["$ref"].rsplit("/", 1)[1])
    schemas = " ".join(_schema_name(content) for content in response.get("content", {}).values())
    return f"{escape(response.get('description', ''))} {schemas}"


def _schema_name(content: dict[str, Any]) -> str:
    reference = content.get("schema", {}).get("$ref", "")
    return f"<code>{escape(reference.rsplit('/', 1)[1])}</code>" if reference else ""
