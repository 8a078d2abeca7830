"""`python -m linli_launcher.task MODULE FUNCTION OPTIONS`: one command of one component, in a process of its own.

The launcher itself imports no component, so a component can be changed or broken without taking the launcher along.
"""

import asyncio
import importlib
import inspect
import json
import sys
from typing import Any


def run(module_name: str, function_name: str, options: dict[str, Any]) -> None:
    """Call `function(settings, **options)`; options that it does not name are for other components and left out."""
    module = importlib.import_module(module_name)
    function = getattr(module, function_name)
    accepted = inspect.signature(function).parameters
    chosen = {name: value for name, value in options.items() if name in accepted}
    result = function(_settings(module), **chosen)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    if result is not None:
        print(result)


def _settings(module: Any) -> Any:
    """Return the component's own settings class when its commands module has one, otherwise the kernel's."""
    settings_class = getattr(module, "Settings", None)
    if settings_class is None:
        settings_class = importlib.import_module("linli_kernel.settings").ServiceSettings
    return settings_class()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
