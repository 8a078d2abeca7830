"""What counts as having a material.

A required material is present when its original was checked, a file was taken, a paper on file is reused, or it was deferred
with a promised day.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any


class MaterialState(StrEnum):
    MISSING = "missing"
    ORIGINAL_CHECKED = "original_checked"
    UPLOADED = "uploaded"
    REUSED = "reused"
    DEFERRED = "deferred"


def missing(materials: Iterable[Mapping[str, Any]], states: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return the required materials of the matter that the case does not have."""
    return [
        material
        for material in materials
        if material.get("required") and states.get(material["id"], MaterialState.MISSING) == MaterialState.MISSING
    ]
