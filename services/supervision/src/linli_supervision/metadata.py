"""The one description of this service's tables; each noun adds its own to it."""

from sqlalchemy import MetaData

metadata = MetaData()
