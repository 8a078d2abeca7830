"""A worker of the registry that is killed as a power cut would: everything written, nothing committed.

Started by a test with the service's settings on standard input.
"""

import asyncio
import json
import os
import signal
import sys

from linli_kernel.settings import ServiceSettings
from linli_registry.app import create_app
from linli_registry.imports import writing


async def _die(self: writing.Writer, act: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    writing.Writer.finish = _die  # type: ignore[method-assign, assignment]
    app = create_app(ServiceSettings(**json.load(sys.stdin)))
    async with app.router.lifespan_context(app):
        while await app.state.linli.jobs.run_one():
            pass


asyncio.run(main())
