"""`python -m linli_supervision.verify`: the stand-alone verifier of the ledger."""

import sys

from linli_supervision.ledger.verify import main

if __name__ == "__main__":
    sys.exit(main())
