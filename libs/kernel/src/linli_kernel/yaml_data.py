"""Reading YAML that ships with the program or lies in the profiles: plain values only, by libyaml where it is there.

The loader written in Python takes ten times as long, and every process reads these files at its start.
"""

from __future__ import annotations

from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

YAMLError = yaml.YAMLError


def read_yaml(text: str) -> Any:
    """Return the value of a document; raises YAMLError."""
    return yaml.load(text, Loader=_Loader)
