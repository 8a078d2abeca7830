"""Which steps a matter takes in a place, and which certificates the place refuses.

The place's profile decides; the matter names at most the step set that it prefers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.profile import ForbiddenCertificate, Profile, StepSet

from linli_services_desk.cases.workflow import DECISIONS, Plan, Step
from linli_services_desk.matters.domain import Definition


@dataclass(frozen=True, slots=True)
class RefusedCertificate:
    """A certificate that a village must not issue, as an entry of the catalogue with an id of its own."""

    id: UUID
    code: str
    name: str
    name_en: str
    issuer: str
    issuer_en: str
    basis: str
    rule: ForbiddenCertificate


def step_set(profile: Profile, definition: Mapping[str, Any]) -> StepSet:
    desk = profile.desk
    wanted = definition.get("step_set")
    if wanted in desk.step_sets:
        return desk.step_sets[wanted]
    if definition["result"].get("seal"):
        return desk.step_sets[desk.certificate_step_set]
    return desk.step_sets[desk.step_set_for(definition["type"], definition["name"])]


def plan_of(profile: Profile, definition: Mapping[str, Any]) -> Plan:
    """Return the steps up to the decision. Sealing and delivery come after it and are commands of their own.

    What the county wrote for the matter itself goes before the place's step sets.
    """
    if definition.get("steps"):
        return tuple(_own_step(step) for step in definition["steps"])
    steps = step_set(profile, definition).steps
    decision = next(index for index, step in enumerate(steps) if step.kind in DECISIONS)
    return tuple(
        Step(
            key=step.code,
            name_zh=step.name.zh,
            name_en=step.name.en,
            kind="decide" if step.kind in DECISIONS else "check",
            role=step.role,
            level=step.level,
            after=tuple(step.after),
        )
        for step in steps[: decision + 1]
    )


def _own_step(step: Mapping[str, Any]) -> Step:
    return Step(
        key=step["key"],
        name_zh=step["name"],
        name_en=step.get("name_en") or step["name"],
        kind="decide" if step["kind"] in DECISIONS else "check",
        role=step["role"],
        level=step["level"],
        after=tuple(step["after"]),
        department=step.get("department") or "",
    )


def editable(profile: Profile, definition: Definition) -> Definition:
    """A published definition as an editor needs it: category as a code, and the place's steps written out."""
    written = definition.get("steps")
    if written is None:
        # A guide entry has no form, and nobody handles it yet.
        written = [step_facts(step) for step in plan_of(profile, definition)] if definition["form_order"] else []
    return {**definition, "category": category_code(profile, definition), "steps": written}


def step_facts(step: Step) -> dict[str, Any]:
    """A step as the API shows it."""
    facts = {"key": step.key, "name": step.name_zh, "name_en": step.name_en, "kind": step.kind, "role": step.role}
    return {**facts, "level": step.level, "department": step.department, "after": list(step.after)}


def category_code(profile: Profile, definition: Mapping[str, Any]) -> str:
    """A sample names its category in words; where the place has no such window the keywords of the place decide."""
    for category in profile.desk.categories:
        if definition["category"] in (category.name.zh, category.code):
            return category.code
    return profile.desk.category_for(definition["name"]).code


def refused_certificates(profile: Profile, tenant: str, today: date) -> Iterator[RefusedCertificate]:
    return (_refused(profile, tenant, code, today) for code in profile.desk.forbidden_certificates)


def refused_certificate(profile: Profile, tenant: str, matter_id: UUID, today: date) -> RefusedCertificate | None:
    """The certificate with this id, or None for everything that may be issued."""
    for code in profile.desk.forbidden_certificates:
        if _id_of(tenant, code) == matter_id:
            return _refused(profile, tenant, code, today)
    return None


@lru_cache(maxsize=2_000)
def _id_of(tenant: str, code: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"linli:{tenant}:refused:{code}")


def _refused(profile: Profile, tenant: str, code: str, today: date) -> RefusedCertificate:
    rule = profile.desk.forbidden_certificates[code]
    law = profile.law(rule.basis, today)
    basis = f"{law.title.zh}（{law.document}）" if law and law.document else law.title.zh if law else rule.basis
    return RefusedCertificate(
        id=_id_of(tenant, code),
        code=code,
        name=_certificate(rule.name.zh),
        name_en=rule.name.en,
        issuer=rule.issuer.zh,
        issuer_en=rule.issuer.en,
        basis=basis,
        rule=rule,
    )


def _certificate(name: str) -> str:
    return name if name.endswith("证明") else f"{name}证明"
