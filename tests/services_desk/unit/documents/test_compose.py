"""What a paper says of a case as the database holds it."""

from datetime import UTC, date, datetime

from linli_services_desk.documents.compose import local_day


def test_what_came_in_the_early_morning_bears_the_day_of_the_hall() -> None:
    assert local_day(datetime(2026, 11, 19, 23, 30, tzinfo=UTC)) == date(2026, 11, 20)
