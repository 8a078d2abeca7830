"""Every query of a service names the tenant.

Read from the sources: the statement that holds a `select`, `update` or `delete` must speak of the tenant or the viewer, itself
or through a name that does (`visible(viewer)`, `scope`), followed within its package. What names no tenant must be
listed in `_WITHOUT_TENANT` with its reason; a list entry that no longer applies is red as well.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path.parent for path in PROJECT.glob("services/*/src/*/app.py"))
_QUERIES = {"select", "update", "delete"}
_DATABASES = {"tx", "db", "database"}
_SPEAKS = re.compile(r"tenant|in_scope|viewer")
_WITHOUT_TENANT = {
    ("linli_registry", "areas/service.py", "describe"): "divisions are a public code table",
    ("linli_registry", "centres/repository.py", "divisions"): "divisions are a public code table",
    ("linli_registry", "centres/repository.py", "is_of_today"): "divisions are a public code table",
    ("linli_registry", "divisions/endpoints.py", "_page"): "divisions are a public code table",
    ("linli_registry", "divisions/succession.py", "_row"): "divisions are a public code table",
    ("linli_registry", "divisions/succession.py", "around"): "divisions are a public code table",
    ("linli_registry", "divisions/succession.py", "load"): "divisions are a public code table",
    ("linli_registry", "history/repository.py", "division_names"): "divisions are a public code table",
    ("linli_registry", "imports/jobs.py", "_villages"): "divisions are a public code table",
    ("linli_registry", "residents/repository.py", "division_is_open"): "divisions are a public code table",
    ("linli_registry", "residents/search.py", "_arm"): "the condition of the caller names the tenant",
    ("linli_registry", "residents/search.py", "_together"): "joins arms that each name the tenant",
    ("linli_services_desk", "pads/service.py", "by_code"): "the code names the county of a pad that knows none yet",
}


@dataclass(frozen=True)
class Query:
    """A statement with a query in it: where it stands and the names it uses."""

    place: tuple[str, str, str]
    names: frozenset[str]
    local: dict[str, frozenset[str]]


def _names(node: ast.AST) -> frozenset[str]:
    """Names, attributes that speak of the tenant (`viewer.tenant`), and functions of other modules that are called."""
    plain = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    attributes = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and _SPEAKS.search(n.attr)}
    called = {
        n.func.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        if isinstance(n.func.value, ast.Name) and n.func.value.id not in _DATABASES
    }
    return frozenset(plain | attributes | called)


def _is_query(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _QUERIES


def _definitions(tree: ast.Module, text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Functions and module-level names with their text and the names that they use."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, ast.get_source_segment(text, node) or "", _names(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, ast.get_source_segment(text, node) or "", _names(node)


def _queries(package: str, module: str, tree: ast.Module) -> Iterator[Query]:
    for outer in tree.body:
        body = [n for n in ast.walk(outer) if isinstance(n, ast.stmt)]
        # Conditions gathered in a local variable before the statement that uses it.
        local: dict[str, frozenset[str]] = {}
        for node in body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                local[node.targets[0].id] = local.get(node.targets[0].id, frozenset()) | _names(node.value)
        for node in body:
            inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
            if any(_is_query(n) for child in inner for n in ast.walk(child)):
                names = frozenset().union(*(_names(child) for child in inner))
                yield Query((package, module, getattr(outer, "name", "")), names, local)


def _package(root: Path) -> tuple[list[Query], set[str]]:
    """The queries of a package and the names in it that speak of the tenant, directly or through others."""
    queries: list[Query] = []
    definitions: dict[str, tuple[str, frozenset[str]]] = {}
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        queries += _queries(root.name, path.relative_to(root).as_posix(), tree)
        if path.name == "tables.py":
            continue  # A table's columns say nothing about what a query asks.
        for name, segment, names in _definitions(tree, text):
            before = definitions.get(name, ("", frozenset()))
            definitions[name] = (before[0] + segment, before[1] | names)
    speaking = {name for name, (segment, _) in definitions.items() if _SPEAKS.search(segment)}
    return queries, speaking


def _names_the_tenant(query: Query, speaking: set[str]) -> bool:
    reached: set[str] = set()
    ahead = set(query.names)
    while ahead:
        reached |= ahead
        ahead = {name for known in ahead & query.local.keys() for name in query.local[known]} - reached
    return any(_SPEAKS.search(name) or (name in speaking and name not in query.local) for name in reached)


@pytest.mark.parametrize("root", PACKAGES, ids=lambda root: root.name)
def test_every_query_names_the_tenant(root: Path) -> None:
    queries, speaking = _package(root)
    silent = {query.place for query in queries if not _names_the_tenant(query, speaking)}

    assert len(queries) > 10
    assert silent == {place for place in _WITHOUT_TENANT if place[0] == root.name}
