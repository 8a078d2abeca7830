"""`python -m linli_supervision.witness`: the witness's program."""

import sys

from linli_supervision.witnesses.program import main

if __name__ == "__main__":
    sys.exit(main())
