"""`python -m linli_kernel.process PACKAGE.app:create …`: uvicorn, in a process set up for a service that lives long.

What is decided for the whole process stands here, and comes before the first import that it concerns.
"""

import gc
import sys


def serve() -> None:
    # Imports and routes make a quarter of a million objects that stay; they are frozen once the application stands. With Python's own
    # thresholds they are all looked through several times while they come, and requests leave next to nothing to collect.
    gc.set_threshold(50_000, 20, 20)
    # structlog and httpx import these where they are installed, for coloured tracebacks and a command line: ninety modules and a
    # tenth of a second of every start, for what a service never shows.
    sys.modules.update(dict.fromkeys(("rich", "pygments")))  # type: ignore[arg-type]
    from uvicorn.main import main

    main(prog_name="linli_kernel.process")


if __name__ == "__main__":
    serve()
