"""Which functions an endpoint can come to, read from the source: enough to see whether it records an act on some way.

Calls are followed by name through modules, classes and their methods; what is only chosen at run time is not seen, so this is
a lower bound, and the acts themselves are asserted by calling.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

OWN = "linli_"
RECORDING = {"record", "read_audit", "record_read"}
"""`Tx.record`, `read_audit`, `Database.record_read`: the only ways to write an act."""


def _is_own(found: Any) -> bool:
    return str(getattr(found, "__module__", "")).startswith(OWN)


@cache
def _tree(function: Callable[..., Any]) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None


def _named(node: ast.expr, names: dict[str, Any]) -> Any:
    """What a name or a dotted name stands for; None when only the run knows."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _named(node.value, names)
        return getattr(owner, node.attr, None) if owner is not None else None
    return None


def _functions(found: Any) -> Iterator[Callable[..., Any]]:
    if inspect.isclass(found) and _is_own(found):
        yield from (member for _, member in inspect.getmembers(found, inspect.isfunction) if _is_own(member))
    elif callable(found) and _is_own(found):
        plain = inspect.unwrap(found)
        if inspect.isfunction(plain) or inspect.ismethod(plain):
            yield getattr(plain, "__func__", plain)


@cache
def _steps(function: Callable[..., Any]) -> tuple[Callable[..., Any], ...]:
    return tuple(_led_to(function))


def _led_to(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    tree = _tree(function)
    if tree is None:
        return
    names = dict(getattr(function, "__globals__", {}))
    # A parameter is what its annotation says: `registry: RegistryClient` leads to that class's methods.
    for annotation in [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation]:
        for part in ast.walk(annotation):
            yield from _functions(_named(part, names)) if isinstance(part, ast.expr) else ()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield from _functions(_named(node, names))


@cache
def _records(function: Callable[..., Any]) -> bool:
    tree = _tree(function)
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call)) if tree is not None else ()
    return any(
        (isinstance(call, ast.Attribute) and call.attr in RECORDING)
        or (isinstance(call, ast.Name) and call.id in RECORDING)
        for call in calls
    )


def can_record(endpoint: Callable[..., Any]) -> bool:
    """Say whether an act is recorded in anything that the endpoint's source leads to."""
    seen: set[Callable[..., Any]] = set()
    waiting = [inspect.unwrap(endpoint)]
    while waiting:
        function = waiting.pop()
        if function in seen or function.__module__.startswith("linli_kernel.http"):
            continue
        seen.add(function)
        if _records(function):
            return True
        waiting += [step for step in _steps(function) if not step.__module__.startswith("linli_kernel.")]
    return False
