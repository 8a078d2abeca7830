"""The errors a rule can raise: nouns of the domain with their facts, and a stable code.

An error knows nothing of HTTP; `problems.py` maps each kind to a status. Texts never carry personal data that the caller did not send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field; `pointer` is an RFC 6901 JSON pointer into the body (`/form/bank_account`)."""

    pointer: str
    code: str
    zh: str
    en: str


class DomainError(Exception):
    """Base of all refusals; subclasses give `code`, `zh` and `en` templates filled by the facts."""

    code: ClassVar[str] = "error"
    zh: ClassVar[str] = "操作未能完成"
    en: ClassVar[str] = "The operation could not be completed"

    def __init__(self, *, errors: Sequence[FieldError] = (), retry_after_seconds: int | None = None, **facts: Any):
        super().__init__(self.code)
        self.facts = facts
        self.errors = tuple(errors)
        self.retry_after_seconds = retry_after_seconds

    def text(self, language: str) -> str:
        """Return the sentence for the user in `zh` or `en`."""
        return (self.en if language == "en" else self.zh).format(**self.facts)

    def __str__(self) -> str:
        return f"{self.code}: {self.text('en')}"


class Unauthenticated(DomainError):
    """No token, or one that is not accepted."""

    code = "auth.unauthenticated"
    zh = "请先登录"
    en = "Sign in first"


class Forbidden(DomainError):
    """The object is in the viewer's scope, the act is not the viewer's to do."""

    code = "auth.forbidden"
    zh = "您当前的岗位不能办理此项操作"
    en = "Your post may not do this"


class NotFound(DomainError):
    """Absent, or out of the viewer's scope: the two are not told apart."""

    code = "not_found"
    zh = "没有找到，或不在您的管辖范围内"
    en = "Not found, or outside your area"


class Conflict(DomainError):
    """A rule forbids it in the present state."""

    code = "conflict"
    zh = "与现有记录冲突"
    en = "In conflict with the present state"


class LostRace(Conflict):
    """Two commands waited for each other's records; this one was given up."""

    code = "lost_race"
    zh = "有人正在同时办理同一批记录，请再试一次"
    en = "Somebody worked on the same records at this moment; try again"


class Invalid(DomainError):
    """The input is malformed; `errors` names every field at once."""

    code = "invalid"
    zh = "填写的内容有误，请按提示修改"
    en = "Some values are not valid"


class StaleVersion(DomainError):
    """Someone changed the record after it was read."""

    code = "stale_version"
    zh = "刚刚有人改过这条记录，这次没有保存；您填写的内容都在，请核对后再提交"
    en = "Somebody changed this record meanwhile, so nothing was saved; what you typed is still here: check it and send again"


class PreconditionRequired(DomainError):
    """A command on a versioned record came without `If-Match`."""

    code = "if_match_required"
    zh = "缺少版本号（If-Match），请重新打开这条记录后再试"
    en = "The header If-Match is required"


class TooMany(DomainError):
    """A rate limit."""

    code = "too_many_requests"
    zh = "操作过于频繁，请稍后再试"
    en = "Too many requests; try again later"


class Unavailable(DomainError):
    """A neighbour or a resource is not there for the moment."""

    code = "unavailable"
    zh = "服务暂时不可用，请稍后再试；已填写的内容没有丢失"
    en = "Temporarily unavailable; nothing was lost"


class TooLarge(DomainError):
    """The body is larger than the limit."""

    code = "too_large"
    zh = "上传的内容过大"
    en = "The content is too large"


@dataclass(slots=True)
class FieldErrors:
    """Collects the faults of one input so that all are named at once."""

    items: list[FieldError] = field(default_factory=list)

    def add(self, pointer: str, code: str, zh: str, en: str) -> None:
        self.items.append(FieldError(pointer, code, zh, en))

    def raise_if_any(self) -> None:
        if self.items:
            raise Invalid(errors=self.items)
