"""The gateway's own schema.

Accounts span counties (an auditor, a system administrator), so these tables carry the tenant as a column and not in
their keys; nothing about a resident's affairs is stored here.
"""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData, Uuid

metadata = MetaData()

Instant = DateTime(timezone=True)
Id = Uuid(as_uuid=True)
