"""Acts, objects, posts, outcomes, purposes and sources in words, from the one file that the screens and the tests of words use; without it, their codes."""

import json
from pathlib import Path

SERVICES = ("registry.", "desk.", "supervision.", "gateway.")
"""An event's name begins with who tells it; its words do not."""


class Words:
    def __init__(self, path: Path | None) -> None:
        found = json.loads(path.read_text("utf-8")) if path is not None else {}
        self._actions: dict[str, dict[str, list[str]]] = found.get("actions", {})
        self._plain: dict[str, dict[str, list[str]]] = {
            kind: found.get(kind, {}) for kind in ("objects", "roles", "outcomes", "purposes", "sources")
        }

    def action(self, code: str) -> str:
        plain = next((code.removeprefix(service) for service in SERVICES if code.startswith(service)), code)
        noun, _, verb = plain.partition(".")
        return self._actions.get(noun, {}).get(verb, [plain])[0]

    def object(self, kind: str) -> str:
        return self._word("objects", kind)

    def role(self, code: str) -> str:
        return self._word("roles", code)

    def outcome(self, code: str) -> str:
        return self._word("outcomes", code)

    def purpose(self, code: str) -> str:
        return self._word("purposes", code)

    def source(self, code: str) -> str:
        return self._word("sources", code.removeprefix("service-"))

    def _word(self, kind: str, code: str) -> str:
        return self._plain[kind].get(code, [code])[0]
