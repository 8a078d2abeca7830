"""Several writes become one statement that does them in their order."""

from linli_kernel.together import together


def test_one_write_alone_stays_as_it_is() -> None:
    assert together([("DELETE FROM a WHERE id = $1", [1])]) == ("DELETE FROM a WHERE id = $1", [1])


def test_the_values_of_each_write_keep_their_places() -> None:
    sql, values = together([("UPDATE a SET x = $2 WHERE id = $1", [1, 2]), ("INSERT INTO b VALUES ($1, $1)", [3])])
    assert "UPDATE a SET x = $2 WHERE id = $1 RETURNING 1" in sql
    assert "INSERT INTO b VALUES ($3, $3) RETURNING 1" in sql
    assert values == [1, 2, 3]


def test_the_last_statement_waits_for_the_others_and_keeps_its_own_parts() -> None:
    last = "WITH head AS (INSERT INTO seq SELECT $1 WHERE {after} RETURNING n) INSERT INTO c SELECT n FROM head"
    sql, values = together([("INSERT INTO a VALUES ($1) RETURNING id", ["a"])], (last, ["c"]))
    assert sql.startswith(
        "WITH write_0 AS (INSERT INTO a VALUES ($1) RETURNING id), head AS (INSERT INTO seq SELECT $2 "
    )
    assert "WHERE (SELECT count(*) FROM write_0) >= 0 RETURNING n" in sql
    assert values == ["a", "c"]
    assert together([], (last, ["c"])) == (last.format(after="true"), ["c"])
