"""The read model of the population: one count per village, presence, sex and age, and which villages changed since.

A change of a resident leaves a mark in its own transaction. A village without marks that was counted today is answered
from its counts; any other is counted as it is read. So figures are right to the second and no writer waits for another.
"""

from sqlalchemy import Column, Date, Index, Integer, Table, Text

from linli_registry.metadata import Bytewise, metadata, own_id, tenant

population_mark = Table(
    "population_mark",
    metadata,
    tenant(),
    own_id(),
    Column("division", Bytewise, nullable=False),
)
Index("population_mark_of", population_mark.c.tenant, population_mark.c.division)

population_village = Table(
    "population_village",
    metadata,
    tenant(),
    Column("division", Bytewise, primary_key=True),
    # The day whose ages the counts have.
    Column("day", Date, nullable=False),
    Column("households", Integer, nullable=False),
)

population_count = Table(
    "population_count",
    metadata,
    tenant(),
    Column("division", Bytewise, primary_key=True),
    Column("presence", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    # Completed years; -1 when the birth date is unknown.
    Column("age", Integer, primary_key=True),
    Column("people", Integer, nullable=False),
)

population_month = Table(
    "population_month",
    metadata,
    tenant(),
    Column("division", Bytewise, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("births", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
)
