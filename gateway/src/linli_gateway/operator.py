"""Who acts by the command line of the machine: the one person that two administrators can do nothing without.

Its acts stand in the operation log and the ledger under an account that nobody can sign in to.
"""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from linli_kernel.identity import ANY_TENANT, Role, Viewer

OPERATOR: Final = uuid5(NAMESPACE_URL, "urn:linli:operator")


def operator() -> Viewer:
    """Return the viewer that a command of the machine runs as."""
    return Viewer(OPERATOR, "operator", ANY_TENANT, Role.SERVICE, ("",), name="本机命令行")
