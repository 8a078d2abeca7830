"""The calls that a hall makes all day stay within their budgets of statements."""

from collections.abc import Iterator
from typing import Any

import pytest
from linli_kernel.database import Tx
from linli_kernel.identity import Role
from sqlalchemy import event

# BEGIN and COMMIT go with them; each one more is some 5 % of the whole. The first case of a matter reads its definition, too.
MOST = {"open": 4, "accept": 3, "steps/village_check/complete": 2, "decide": 3, "rating": 4}
MATTER = "80周岁以上老年人高龄津贴发放"


@pytest.fixture
def sent(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement of a transaction, whichever way it takes."""
    seen: list[str] = []
    direct = Tx._direct

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    async def counted(self: Any, sql: str, values: Any) -> Any:
        seen.append(sql)
        return await direct(self, sql, values)

    monkeypatch.setattr(Tx, "_direct", counted)
    engine = app.state.linli.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    yield seen
    event.remove(engine, "before_cursor_execute", count)


async def test_the_calls_of_a_life_take_no_more_statements_than_their_budgets(
    clerk: Any, hire: Any, sent: list[str]
) -> None:
    taken: dict[str, list[str]] = {}
    # What the first case of a morning has to read once, such as the form of its matter, is no part of a life.
    await clerk.open(MATTER)
    order = {"matter_id": (await clerk.matter(MATTER))["id"], "applicant_id": "01990000-0000-7000-8000-000000000001"}
    sent.clear()
    opened = (await clerk.post("/api/desk/v1/cases", {**order, "form": {"bank_account": "6217001234567890123"}})).json()
    taken["open"] = [*sent]
    await clerk.tick_all(opened["id"])
    version, path = opened["version"], f"/api/desk/v1/cases/{opened['id']}"
    moved: dict[str, Any] = {}
    for person, command, body in (
        (clerk, "accept", {}),
        (hire(Role.VILLAGE_OFFICIAL), "steps/village_check/complete", {}),
        (hire(Role.TOWNSHIP_OFFICER), "decide", {"outcome": "approved"}),
    ):
        sent.clear()
        headers = {**person.headers, "If-Match": f'"{version}"', "Idempotency-Key": f"{opened['id']}{command}"}
        answer = await person.http.post(f"{path}/{command}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        # The key of a retry is claimed first and answered last, in the same transaction.
        taken[command] = [one for one in sent if "idempotency_key" not in one]
        moved = answer.json()
        version = moved["version"]
    sent.clear()
    rated = await clerk.http.post(f"/api/public/v1/evaluations/{moved['receipt_token']}", json={"level": 5})
    assert rated.status_code == 201, rated.text
    taken["rating"] = [*sent]
    assert all(taken.values()), "something was sent by each"
    dear = {name: found for name, found in taken.items() if len(found) > MOST[name]}
    assert not dear, dear
