"""The gateway's own schema.

Accounts span counties (an auditor, a system administrator) and are no people's affairs, so nothing here is keyed by
tenant; `county` says who administers a row. Nothing about a resident's affairs is stored.
"""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData, Uuid

metadata = MetaData()

Instant = DateTime(timezone=True)
Id = Uuid(as_uuid=True)
