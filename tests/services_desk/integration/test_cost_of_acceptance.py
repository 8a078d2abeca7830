"""Acceptance is the call that a hall makes all day: it stays within its budget of statements."""

from typing import Any

from sqlalchemy import event

# BEGIN and COMMIT go with them; each one more is some 5 % of the whole.
MOST_STATEMENTS = 8


async def test_acceptance_takes_no_more_statements_than_its_budget(clerk: Any, app: Any) -> None:
    matter = "80周岁以上老年人高龄津贴发放"
    opened = await clerk.open(matter, form={"bank_account": "6217001234567890123"})
    await clerk.tick_all(opened["id"])
    sent: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    engine = app.state.linli.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        answer = await clerk.http.post(
            f"/api/desk/v1/cases/{opened['id']}/accept",
            json={},
            headers={**clerk.headers, "If-Match": '"1"', "Idempotency-Key": opened["id"]},
        )
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert answer.status_code == 200, answer.text
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)
