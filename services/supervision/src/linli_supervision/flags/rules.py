"""The rules of red flags, read from `data/flag-rules.yaml` and checked at the start; a county's changes lie over them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from linli_kernel.errors import FieldError, Invalid
from linli_kernel.profile.base import Section, Text
from linli_kernel.yaml_data import read_yaml
from pydantic import Field, ValidationError, model_validator

from linli_supervision.flags.detectors import DETECTORS, Detector
from linli_supervision.flags.facts import Thresholds

Severity = Literal["high", "medium", "low"]


class RuleFile(Section):
    """A rule as the file has it."""

    id: str = Field(pattern="^[a-z][a-z_]*$")
    detector: str
    title: Text
    severity: Severity
    explanation: Text
    on: bool = True
    looks_back_days: int = Field(ge=1, le=400)
    thresholds: dict[str, Any]

    @model_validator(mode="after")
    def _fits_its_detector(self) -> "RuleFile":
        if self.detector not in DETECTORS:
            raise ValueError(f"unknown detector {self.detector}")
        DETECTORS[self.detector].thresholds.model_validate(self.thresholds)
        return self


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it holds in a county."""

    file: RuleFile
    on: bool
    thresholds: Thresholds

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def detector(self) -> Detector:
        return DETECTORS[self.file.detector]

    def changed(self, given: Mapping[str, Any]) -> "Rule":
        """The same rule with other thresholds; raises Invalid and names each wrong one."""
        try:
            return replace(self, thresholds=self.detector.thresholds.model_validate(dict(given)))
        except ValidationError as error:
            raise Invalid(errors=[_fault(one["loc"], one["type"]) for one in error.errors()]) from error


WORDS = {
    "missing": ("这个阈值没有填", "The threshold is missing"),
    "extra_forbidden": ("这条规则没有这个阈值", "The rule has no such threshold"),
    "value_error": (
        "至少保留一项阈值；不想提醒，请停用这条规则",
        "Keep one threshold at least, or switch the rule off",
    ),
}
OUT_OF_RANGE = ("这个阈值不在允许的范围内", "The threshold is not in its range")


def _fault(place: tuple[int | str, ...], kind: str) -> FieldError:
    pointer = "/thresholds" + "".join(f"/{part}" for part in place)
    return FieldError(pointer, "flag.threshold", *WORDS.get(kind, OUT_OF_RANGE))


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the file; raises ValueError for a file that is wrong."""
    raw = read_yaml((files("linli_supervision") / "data" / "flag-rules.yaml").read_text(encoding="utf-8"))
    read = [RuleFile.model_validate(one) for one in raw]
    found = {
        one.id: Rule(one, one.on, DETECTORS[one.detector].thresholds.model_validate(one.thresholds)) for one in read
    }
    if len(found) != len(read):
        raise ValueError("two rules have the same id")
    return found
