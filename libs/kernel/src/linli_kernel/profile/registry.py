"""The registry's section of a profile: masks, kinds of presence, who counts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from linli_kernel.privacy.masks import Masking
from linli_kernel.profile.base import RoleName, Section, Text


class PresenceRule(Section):
    """A kind of presence. ``counts`` tells whether its people are part of the actual population."""

    code: Literal["registered_here", "registered_away", "unregistered_here", "short_stay"]
    name: Text
    local_hukou: bool
    lives_here: bool
    counts: bool


class Purpose(Section):
    code: str
    name: Text


class RevealRules(Section):
    """Who may see a whole number, for which purposes, and for how long."""

    roles: tuple[RoleName, ...]
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    seconds: int = Field(default=60, ge=10, le=300)


class CommunityType(Section):
    """A type of village community with the pilot villages named for it."""

    code: str
    name: Text
    villages: tuple[str, ...] = ()


class RegistryProfile(Section):
    masking: Masking = Masking()
    presence: tuple[PresenceRule, ...] = Field(min_length=1)
    # Residents without local hukou have the same services as the others.
    non_local_same_services: bool
    reveal: RevealRules
    # Public statistics hide counts below this number.
    suppress_counts_below: int = Field(default=5, ge=2)
    # Labels about correction, rehabilitation or mental illness stay off until the county names a legal basis.
    restricted_labels: tuple[str, ...] = ()
    community_types: tuple[CommunityType, ...] = ()

    def presence_rule(self, code: str) -> PresenceRule:
        """Return the rule of a kind of presence, or raise ``KeyError``."""
        for rule in self.presence:
            if rule.code == code:
                return rule
        raise KeyError(code)
