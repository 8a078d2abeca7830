"""Reading profile files and finding the profile of a tenant.

A file may say ``extends: national``: ``shared/national.yaml`` is laid under it. Mappings merge key by key, a ``null``
removes a key, anything else replaces. A file that is wrong stops the start and says where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from linli_kernel.codes import division
from linli_kernel.profile.base import LawRef, Section, Text
from linli_kernel.profile.desk import DeskProfile
from linli_kernel.profile.registry import RegistryProfile
from linli_kernel.profile.supervision import SupervisionProfile
from linli_kernel.yaml_data import YAMLError, read_yaml


class ProfileError(ValueError):
    """A profile file that cannot be used; the text names the file and each wrong path inside it."""


class Tenant(Section):
    """One county administration. ``key`` is permanent; ``division`` is the county's code of today."""

    key: str = Field(pattern="^[a-z0-9]{2,20}$")
    division: str
    prefecture: str = Field(pattern="^[0-9]{4}$")
    name: Text

    @field_validator("division")
    @classmethod
    def _is_county(cls, code: str) -> str:
        if not division.is_code(code) or division.level(code) is not division.Level.COUNTY:
            raise ValueError("must be the twelve-digit code of a county")
        return code

    @model_validator(mode="after")
    def _lies_in_prefecture(self) -> Self:
        if division.prefecture_of(self.division) != self.prefecture:
            raise ValueError("division does not lie in the prefecture")
        return self


class UiTexts(Section):
    """How screens and documents call the place."""

    place: Text
    system: Text
    slogan: Text | None = None


class Profile(Section):
    """A place with all its rules. ``digest`` changes with any rule, ``version`` when the place says so."""

    id: str = Field(pattern="^[a-z][a-z0-9_-]*$")
    version: int = Field(ge=1)
    name: Text
    # SM4 and SM3 instead of AES and SHA-256 where the place demands national algorithms.
    national_algorithms: bool = False
    tenants: tuple[Tenant, ...] = Field(min_length=1)
    ui: UiTexts
    laws: dict[str, list[LawRef]]
    registry: RegistryProfile
    desk: DeskProfile
    supervision: SupervisionProfile

    _digest: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _laws_exist(self) -> Self:
        named = {certificate.basis for certificate in self.desk.forbidden_certificates.values()}
        named |= {item.basis for item in self.supervision.disclosure.items if item.basis}
        named |= {basis for basis in (self.supervision.seal.basis, self.supervision.disclosure.basis) if basis}
        missing = sorted(named - set(self.laws))
        if missing:
            raise ValueError(f"laws {missing} are named but not described")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of the profile as it took effect, in hexadecimal."""
        return self._digest

    def law(self, name: str, on: date) -> LawRef | None:
        """Return the version of a law that is in force on a day."""
        for version in self.laws.get(name, []):
            if version.in_force(on):
                return version
        return None

    def tenant(self, key: str) -> Tenant:
        """Return a tenant of this place, or raise ``KeyError``."""
        for tenant in self.tenants:
            if tenant.key == key:
                return tenant
        raise KeyError(key)


class Profiles:
    """All places of an installation; a tenant belongs to exactly one."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_id: dict[str, Profile] = {}
        self._by_tenant: dict[str, Profile] = {}
        for profile in profiles:
            if profile.id in self._by_id:
                raise ProfileError(f"two profiles are called {profile.id!r}")
            self._by_id[profile.id] = profile
            for tenant in profile.tenants:
                if tenant.key in self._by_tenant:
                    other = self._by_tenant[tenant.key].id
                    raise ProfileError(f"{profile.id}: tenant {tenant.key} already belongs to {other}")
                self._by_tenant[tenant.key] = profile

    @classmethod
    def load(cls, folder: Path | str) -> Profiles:
        """Read every ``*.yaml`` of the folder, or raise ``ProfileError``."""
        files = sorted(Path(folder).glob("*.yaml"))
        if not files:
            raise ProfileError(f"no profile in {folder}")
        bases: dict[str, dict[str, Any]] = {}
        return cls(_read(file, bases) for file in files)

    def get(self, profile_id: str) -> Profile | None:
        return self._by_id.get(profile_id)

    def for_tenant(self, key: str) -> Profile:
        """Return the profile of a tenant, or raise ``KeyError``."""
        return self._by_tenant[key]

    def tenants(self) -> list[Tenant]:
        """Return every tenant of every place, ordered by key."""
        found = [tenant for profile in self._by_id.values() for tenant in profile.tenants]
        return sorted(found, key=lambda tenant: tenant.key)

    def all(self) -> list[Profile]:
        return list(self._by_id.values())


def _read(file: Path, bases: dict[str, dict[str, Any]]) -> Profile:
    """Read one file; `bases` remembers what lies under several."""
    raw = _mapping(file)
    base = raw.pop("extends", None)
    if base is not None:
        name = f"{base}.yaml"
        if name not in bases:
            bases[name] = _mapping(file.parent / "shared" / name)
        raw = _laid_over(bases[name], raw)
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        places = "; ".join(f"{_path(one['loc'])}: {one['msg']}" for one in error.errors())
        raise ProfileError(f"{file.name}: {places}") from None
    if profile.id != file.stem:
        raise ProfileError(f"{file.name}: id: must be {file.stem!r} like the file")
    canonical = json.dumps(profile.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    profile._digest = hashlib.sha256(canonical.encode()).hexdigest()
    return profile


def _mapping(file: Path) -> dict[str, Any]:
    try:
        raw = read_yaml(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProfileError(f"{file.name}: the file does not exist") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file.name}: cannot be read: {error}") from None
    if not isinstance(raw, dict):
        raise ProfileError(f"{file.name}: must be a mapping")
    return raw


def _laid_over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _laid_over(merged[key], value)
        else:
            merged[key] = value
    return merged


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "(whole file)"
