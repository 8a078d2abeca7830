"""The system under measurement: the demo, without rate limits and with a database that can log its statements."""

import sys
from pathlib import Path

from linli_launcher import system
from linli_launcher.bench.capture import LOGGING_SETTINGS

UNLIMITED = {f"LINLI_{who}_{what}": "1000000" for who in ("CALLER", "SOURCE") for what in ("RATE", "BURST")}

if __name__ == "__main__":
    system.serve(system.Options(Path(sys.argv[1]), port=int(sys.argv[2]), database_settings=LOGGING_SETTINGS))
