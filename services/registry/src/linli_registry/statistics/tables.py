"""The read model of the population: per village, presence and sex the people by class of age, and which villages changed.

A change of a resident leaves a mark in its own transaction. A village without marks is answered from its counts; any
other is counted as it is read. So figures are right to the second and no writer waits for another. A count stays right
without being made again: with it stand the birthdays of the coming days that move somebody into the next class.
"""

from sqlalchemy import Column, Date, Double, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

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
    # The day on which it was counted.
    Column("day", Date, nullable=False),
    Column("households", Integer, nullable=False),
    # The mean of the dwellings that stand and whose place is known.
    Column("longitude", Double),
    Column("latitude", Double),
)

population_count = Table(
    "population_count",
    metadata,
    tenant(),
    Column("division", Bytewise, primary_key=True),
    # The village's day: everybody. A later day: what its birthdays add and take. The sum up to a day is that day's count.
    Column("day", Date, primary_key=True),
    Column("presence", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    # One number for each class of age of `domain.CLASSES`.
    Column("people", ARRAY(Integer), nullable=False),
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
