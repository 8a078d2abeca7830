"""Divisions: a reference table of the whole country, without a tenant.

A code that ended keeps its row, so that records of its time still name it.
"""

from sqlalchemy import Column, Date, Index, Table, Text, text

from linli_registry.metadata import Bytewise, metadata

division = Table(
    "division",
    metadata,
    Column("code", Bytewise, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", Bytewise),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("successor", Bytewise),
    Column("search_name", Bytewise, nullable=False),
)
Index("division_parent", division.c.parent, division.c.code)
Index("division_search_name", division.c.search_name, division.c.code)
Index("division_successor", division.c.successor, postgresql_where=text("successor IS NOT NULL"))
