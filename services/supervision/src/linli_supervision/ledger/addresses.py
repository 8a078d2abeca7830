"""How a log is named in addresses, and who may open which."""

from typing import Annotated

from fastapi import Depends, Path, Request
from linli_kernel.database import Database
from linli_kernel.http import current_db
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.reach import in_county

from linli_supervision.ledger.errors import LogNotFound
from linli_supervision.ledger.reader import LogReader

MAX_INDEX = 2**53
"""Indexes travel as JSON numbers; beyond this a browser cannot tell them apart."""
Tenant = Annotated[str, Path(pattern="^[a-z0-9]{2,20}$", description="county, such as 421202, or `system`")]
SYSTEM = "system"
"""How the log of acts that belong to no county (tenant `*`) is called in addresses."""
READERS_OF_SYSTEM = {Role.SYSTEM_ADMIN, Role.AUDITOR}
Index = Annotated[int, Path(ge=0, lt=MAX_INDEX)]


def log_named(name: str) -> str:
    return ANY_TENANT if name == SYSTEM else name


async def log_reader(tenant: Tenant, database: Annotated[Database, Depends(current_db)]) -> LogReader:
    return LogReader(database, log_named(tenant))


Log = Annotated[LogReader, Depends(log_reader)]


def position(text: str) -> int:
    """Read an index out of a cursor."""
    index = int(text)
    if not 0 <= index < MAX_INDEX:
        raise ValueError(text)
    return index


def log_viewer(request: Request, viewer: Viewer, name: str) -> Viewer:
    """Whoever reads entries of a log: the viewer in the county that the address names, where the post reaches it."""
    return in_county(request.app.state.linli.profiles, viewer, name) or viewer


def own_log(viewer: Viewer, name: str) -> str:
    """Return the log if the viewer may read it: the own county's, and the system's for those who watch the system."""
    tenant = log_named(name)
    if tenant == ANY_TENANT:
        if viewer.role not in READERS_OF_SYSTEM:
            raise LogNotFound()
    elif tenant != viewer.tenant:
        raise LogNotFound()
    return tenant
