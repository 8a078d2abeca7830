"""The days of a figure are China's, both included."""

from datetime import date, datetime

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.counted import Counted, counted_by
from linli_kernel.errors import Invalid
from sqlalchemy import Column, DateTime, MetaData, Table, create_engine, insert, select

moments = Table("moments", MetaData(), Column("at", DateTime(timezone=True)))


def test_a_time_begins_and_ends_at_midnight_in_china() -> None:
    condition = Counted("decided", date(2026, 11, 1), date(2026, 11, 30)).moments(moments.c.at)
    told = condition.compile().params
    assert list(told.values()) == [datetime(2026, 11, 1, tzinfo=SHANGHAI), datetime(2026, 12, 1, tzinfo=SHANGHAI)]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        moments.metadata.create_all(connection)
        connection.execute(insert(moments), [{"at": None}, {"at": datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)}])
        assert len(connection.execute(select(moments.c.at).where(condition)).all()) == 1


def test_days_without_a_figure_are_refused() -> None:
    asked = counted_by("decided")
    assert asked(None, None, None) is None
    assert asked("decided", None, None) == Counted("decided")
    with pytest.raises(Invalid):
        asked(None, date(2026, 11, 1), None)
