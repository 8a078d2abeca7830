"""Profiles: one data file per place, validated when it is loaded.

What differs between places is data here and never an ``if`` in code.
"""

from linli_kernel.profile.base import LawRef, LimitRule, RoleName, Standing, Text
from linli_kernel.profile.desk import DeskProfile, ForbiddenCertificate, Step, StepSet
from linli_kernel.profile.loader import Profile, ProfileError, Profiles, Tenant
from linli_kernel.profile.registry import PresenceRule, RegistryProfile
from linli_kernel.profile.supervision import DecisionProcedure, DecisionStep, SealRules, Share, SupervisionProfile

__all__ = [
    "DecisionProcedure",
    "DecisionStep",
    "DeskProfile",
    "ForbiddenCertificate",
    "LawRef",
    "LimitRule",
    "PresenceRule",
    "Profile",
    "ProfileError",
    "Profiles",
    "RegistryProfile",
    "RoleName",
    "SealRules",
    "Share",
    "Standing",
    "Step",
    "StepSet",
    "SupervisionProfile",
    "Tenant",
    "Text",
]
