"""Opens a workbook that came from outside once in a process of its own, before the service reads it.

The reader of workbooks may panic over a spoilt file, and it takes memory for the whole rectangle that a sheet spans: two
cells in opposite corners are a file of one kilobyte and ask for 500 GB. Who dies of it must answer nobody else's request.
"""

import subprocess
import sys

MOST_BYTES = 1 << 30
"""Ten times what the longest list that is taken needs (200,000 rows, 20 columns)."""
MOST_SECONDS = 60
_OPEN = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MOST_BYTES}, {MOST_BYTES}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from io import BytesIO
from python_calamine import CalamineWorkbook
try:
    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).iter_rows():
            pass
except MemoryError:
    raise
except Exception:
    pass  # The service meets the same error and has words for it.
"""


def survives(content: bytes) -> bool:
    """Whether a workbook can be read within bounds; what is wrong otherwise is told by reading it."""
    try:
        # The file is data on standard input; no part of the command comes from outside.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-c", _OPEN], input=content, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
