"""`python -m linli_kernel.task MODULE FUNCTION`: one command of one component, in a process of its own.

Its options come as JSON in `LINLI_TASK_OPTIONS`, because a command line can be read by everybody on the machine.

The launcher runs its components' commands by this and imports none of them, so a component can be changed or broken without
taking the launcher along; an image, which holds no launcher, runs them by hand.
"""

import asyncio
import importlib
import inspect
import json
import os
import sys
from pathlib import Path
from typing import Any

from .errors import DomainError
from .refusals import CommandRefused

REFUSED = 2


def run(module_name: str, function_name: str, options: dict[str, Any]) -> None:
    """Call `function(settings, **options)`; options that it does not name are for other components and left out."""
    function = getattr(importlib.import_module(module_name), function_name)
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    chosen = {
        parameter.name: Path(options[parameter.name]) if parameter.annotation is Path else options[parameter.name]
        for parameter in parameters[1:]
        if parameter.name in options
    }
    # The first parameter's type is the component's settings class; it reads the environment.
    result = function(parameters[0].annotation(), **chosen)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    if result is not None:
        print(result)


def main(module_name: str, function_name: str, options: dict[str, Any]) -> int:
    """Run the command; an expected refusal is its sentence and the code `REFUSED`, not a stack."""
    try:
        run(module_name, function_name, options)
    except (CommandRefused, DomainError) as refusal:
        print(refusal)
        return REFUSED
    except OSError as failure:
        if failure.filename is None:
            raise
        print(f"{failure.filename}: {failure.strerror}")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], json.loads(os.environ.pop("LINLI_TASK_OPTIONS", "{}"))))
