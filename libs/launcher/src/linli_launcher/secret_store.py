"""The secrets of one installation, made once and kept in `DATA/secrets.json` for its owner alone.

Nothing here has a default: a secret is random, and a file that others may read is refused.
"""

import json
import os
import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from linli_launcher.databases import COMPONENTS, PROJECT, role_names
from linli_launcher.errors import LauncherFailure

_FORMAT = 1
SERVICE_CLIENTS = ("service-registry", "service-desk", "service-supervision", "service-gateway")


class SecretsExposed(LauncherFailure):
    """Others than the owner may read the file."""


class SecretStore:
    """Secrets by kind and name."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    @classmethod
    def load_or_create(cls, path: Path) -> "SecretStore":
        if path.exists():
            mode = path.stat().st_mode & 0o777
            if mode & 0o077:
                raise SecretsExposed(f"{path} may be read by others (mode {mode:o}); make it 600")
            store = cls(json.loads(path.read_text(encoding="utf-8")))
        else:
            store = cls({"format": _FORMAT})
        if store._complete():
            store._write(path)
        return store

    @property
    def superuser(self) -> str:
        return str(self._content["superuser"])

    @property
    def roles(self) -> dict[str, str]:
        return dict(self._content["roles"])

    @property
    def clients(self) -> dict[str, str]:
        return dict(self._content["clients"])

    def keyring(self, component: str) -> str:
        """Return the component's own privacy keys as the JSON that the kernel's key ring reads."""
        return json.dumps(self._content["keyrings"][component])

    def rotate(self, path: Path) -> str:
        """Put a new active key on every ring and return its id. The old keys stay: they open what they closed."""
        newest = max(
            int(name.removeprefix("k")) for ring in self._content["keyrings"].values() for name in ring["keys"]
        )
        key_id = f"k{newest + 1}"
        for ring in self._content["keyrings"].values():
            ring["keys"][key_id] = _new_ring(ring.get("algorithm", "aes-256-gcm"))["keys"]["k1"]
            ring["active"] = key_id
        self._write(path)
        return key_id

    def forget(self, path: Path, components: Sequence[str]) -> list[str]:
        """Take every key but the active one off these rings and return the ids; what was under them stays closed."""
        gone: set[str] = set()
        for ring in (self._content["keyrings"][component] for component in components):
            gone |= set(ring["keys"]) - {ring["active"]}
            ring["keys"] = {ring["active"]: ring["keys"][ring["active"]]}
        self._write(path)
        return sorted(gone)

    def _complete(self) -> bool:
        """Add what is missing; a newer version may know more secrets than the file. Tell whether anything was."""
        before = json.dumps(self._content, sort_keys=True)
        self._content.setdefault("superuser", _password())
        self._fill("roles", role_names(), _password)
        self._fill("clients", SERVICE_CLIENTS, _password)
        self._fill("keyrings", [component.key for component in COMPONENTS], _keyring)
        return json.dumps(self._content, sort_keys=True) != before

    def _fill(self, kind: str, names: Any, make: Any) -> None:
        known = self._content.setdefault(kind, {})
        for name in names:
            if name not in known:
                known[name] = make()

    def _write(self, path: Path) -> None:
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self._content, file, indent=2)
            file.flush()
            # A database whose password was lost with a power cut could not be opened again.
            os.fsync(file.fileno())
        draft.replace(path)


def _password() -> str:
    return secrets.token_urlsafe(24)


def _keyring() -> dict[str, Any]:
    return _new_ring(_algorithm())


def _new_ring(algorithm: str) -> dict[str, Any]:
    # Read where a key is made and at no ordinary start: it takes a tenth of a second.
    from linli_kernel.privacy import Algorithm, KeyRing

    ring: dict[str, Any] = json.loads(KeyRing.generate(Algorithm(algorithm)))
    return ring


@cache
def _algorithm() -> str:
    """What the places ask for."""
    from linli_kernel.profile import Profiles

    national = any(profile.national_algorithms for profile in Profiles.load(PROJECT / "profiles").all())
    return "sm4-gcm" if national else "aes-256-gcm"
