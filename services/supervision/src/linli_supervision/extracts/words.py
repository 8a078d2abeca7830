"""Acts and objects in words, from the one file that the screens and the tests of words use; without it, their codes."""

import json
from pathlib import Path


class Words:
    def __init__(self, path: Path | None) -> None:
        found = json.loads(path.read_text("utf-8")) if path is not None else {}
        self._actions: dict[str, dict[str, list[str]]] = found.get("actions", {})
        self._objects: dict[str, list[str]] = found.get("objects", {})

    def action(self, code: str) -> str:
        noun, _, verb = code.partition(".")
        return self._actions.get(noun, {}).get(verb, [code])[0]

    def object(self, kind: str) -> str:
        return self._objects.get(kind, [kind])[0]
