"""The whole country's divisions come in by one command."""

import csv
from time import perf_counter

import pytest
from linli_registry import commands
from linli_registry.divisions.importing import DivisionFileInvalid, import_file
from linli_registry.population.load import connect

VILLAGES = 620_000


def country(path):
    """Write a file of national size: 31 provinces, 341 prefectures, 2,900 counties, 41,000 townships, the villages."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "level", "parent"])
        rows = villages = 0
        for n in range(20 * 12 * 12 * 15):
            province, rest = divmod(n, 12 * 12 * 15)
            prefecture, rest = divmod(rest, 12 * 15)
            county, township = divmod(rest, 15)
            p, c, t = f"{20 + province:02d}", f"{prefecture + 1:02d}", f"{county + 1:02d}"
            if not prefecture + county + township:
                writer.writerow([f"{p}0000000000", f"省{p}", "province", ""])
            if not county + township:
                writer.writerow([f"{p}{c}00000000", f"市{c}", "prefecture", f"{p}0000000000"])
            if not township:
                writer.writerow([f"{p}{c}{t}000000", f"县{t}", "county", f"{p}{c}00000000"])
            parent = f"{p}{c}{t}{101 + township}000"
            writer.writerow([parent, f"镇{township}", "township", f"{p}{c}{t}000000"])
            for village in range(VILLAGES // 43_200 + 1):
                if villages < VILLAGES:
                    writer.writerow([f"{parent[:9]}{200 + village}", f"村{village}村委会", "village", parent])
                    villages += 1
            rows += 1
    return rows


async def test_the_whole_country_is_imported_in_one_command_and_again_without_effect(
    session_database, tmp_path, record_property
):
    urls = session_database("registry")
    path = tmp_path / "country.csv"
    country(path)
    async with connect(urls.owner_url) as connection:
        transaction = connection.transaction()
        await transaction.start()
        began = perf_counter()
        added = await import_file(connection, path)
        seconds = perf_counter() - began
        villages = await connection.fetchval(
            "SELECT count(*) FROM division WHERE level = 'village' AND code LIKE '20%'"
        )
        again = await import_file(connection, path)
        await transaction.rollback()
    record_property("rows_per_second", round(added / seconds))
    assert added >= VILLAGES
    assert villages > 0
    assert again == 0
    # A tenth of what two busy cores reach; an import row by row would be a hundred times slower.
    assert added / seconds > 5_000


@pytest.mark.parametrize(
    "line", ["42,x,village,", "421202104221,,village,", "421202104221,x,hamlet,", "421202104221,x,village,,,soon,"]
)
async def test_a_faulty_line_is_named_and_nothing_is_imported(session_database, tmp_path, line):
    path = tmp_path / "faulty.csv"
    path.write_text(
        f"code,name,level,parent,valid_from,valid_to,successor\n110000000000,北京市,province,,,,\n{line}\n",
        encoding="utf-8",
    )
    async with connect(session_database("registry").owner_url) as connection:
        with pytest.raises(DivisionFileInvalid, match="line 3"):
            await import_file(connection, path)
        assert await connection.fetchval("SELECT count(*) FROM division WHERE code = '110000000000'") == 0


def test_the_command_reads_the_pilot_when_no_file_is_named():
    assert commands.changes_file().exists()
