"""The whole country's divisions come in by one command."""

import csv
import tarfile
import tracemalloc
from itertools import islice
from time import perf_counter

import pytest
from linli_kernel.codes.division import level, parent
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TokenMaker, service_settings
from linli_registry import commands
from linli_registry.divisions.importing import AS_OF, DivisionFileInvalid, import_file, read
from linli_registry.population.load import connect

VILLAGES = 620_000


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A file of national size: 20 provinces, 240 prefectures, 2,880 counties, 43,200 townships, the villages."""
    path = tmp_path_factory.mktemp("country") / "country.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "level", "parent"])
        villages = 0
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
    return path


async def test_the_whole_country_is_imported_in_one_command_and_again_without_effect(
    module_database, country, record_property
):
    urls = module_database("registry")
    async with connect(urls.owner_url) as connection:
        transaction = connection.transaction()
        await transaction.start()
        began = perf_counter()
        added = await import_file(connection, country)
        seconds = perf_counter() - began
        villages = await connection.fetchval(
            "SELECT count(*) FROM division WHERE level = 'village' AND code LIKE '20%'"
        )
        again = await import_file(connection, country)
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
async def test_a_faulty_line_is_named_and_nothing_is_imported(module_database, tmp_path, line):
    path = tmp_path / "faulty.csv"
    path.write_text(
        f"code,name,level,parent,valid_from,valid_to,successor\n110000000000,北京市,province,,,,\n{line}\n",
        encoding="utf-8",
    )
    async with connect(module_database("registry").owner_url) as connection:
        with pytest.raises(DivisionFileInvalid, match="line 3"):
            await import_file(connection, path)
        assert await connection.fetchval("SELECT count(*) FROM division WHERE code = '110000000000'") == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("110101001001,多福巷社区居委会,village,110101001000,,,", "110101001001: the parent"),
        ("110000000000,北京市,province,,,2019-12-31,120000000000", "110000000000: the successor"),
    ],
)
async def test_a_line_that_leads_nowhere_is_named_and_nothing_is_imported(module_database, tmp_path, line, fault):
    path = tmp_path / "dangling.csv"
    path.write_text(f"code,name,level,parent,valid_from,valid_to,successor\n{line}\n", encoding="utf-8")
    async with connect(module_database("registry").owner_url) as connection:
        with pytest.raises(DivisionFileInvalid, match=fault):
            await import_file(connection, path)
        assert await connection.fetchval("SELECT count(*) FROM division WHERE code LIKE '11%'") == 0


async def test_the_pilot_list_is_a_tree_of_five_levels_without_a_gap(fresh_database):
    """The National Bureau's list of the five places, and the codes that ended there, as the first start imports them."""
    urls = fresh_database("registry")
    settings = ServiceSettings(**service_settings(urls.app_url, TokenMaker(), migration_url=urls.owner_url))
    assert await commands.import_divisions(settings) == 2_709 + 1
    assert await commands.import_divisions(settings) == 0
    async with connect(urls.owner_url) as connection:
        rows = await connection.fetch("SELECT code, level, parent, search_name, valid_to, successor FROM division")
    known = {row["code"]: row for row in rows}
    for row in rows:
        assert row["level"] == level(row["code"]).value
        assert row["search_name"]
        assert row["parent"] == parent(row["code"])
        assert row["parent"] is None or row["parent"] in known
    ended = [(row["code"], row["successor"]) for row in rows if row["valid_to"] is not None]
    assert ended == [("511703119000", "511703108000")]


def test_a_file_is_read_line_by_line_however_long_it_is(country):
    tracemalloc.start()
    assert sum(1 for _ in islice(read(country, AS_OF), 50_000)) == 50_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000


NATIONAL = {
    "provinces": ["code,name", '46,"海南省"'],
    "cities": ["code,name,provinceCode", '4604,"儋州市",46', '4601,"海口市",46'],
    "areas": ["code,name,cityCode,provinceCode", '460400,"儋州市",4604,46', '460105,"秀英区",4601,46'],
    "streets": [
        "code,name,areaCode,provinceCode,cityCode",
        '460400100,"那大镇",460400,46,4604',
        '460105101,"长流镇",460105,46,4601',
    ],
    "villages": [
        "code,name,streetCode,provinceCode,cityCode,areaCode",
        '460400100001,"东风社区居民委员会",460400100,46,4604,460400',
        '460105101200,"长流村民委员会",460105101,46,4601,460105',
    ],
}


def published(folder, **changed):
    """The national list as it is published: one file a level, in an archive with other things."""
    for name, lines in (NATIONAL | changed).items():
        if lines:
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "readme.md").write_text("x", encoding="utf-8")
    archive = folder / "list-1.0.tgz"
    with tarfile.open(archive, "w:gz") as file:
        for one in folder.glob("*.*"):
            if one != archive:
                file.add(one, f"package/dist/{one.name}")
    return archive


async def test_the_national_list_comes_in_as_it_is_published(module_database, tmp_path):
    archive = published(tmp_path)
    async with connect(module_database("registry").owner_url) as connection:
        transaction = connection.transaction()
        await transaction.start()
        assert await import_file(connection, archive) == 8
        assert await import_file(connection, tmp_path) == 0
        rows = await connection.fetch("SELECT code, level, parent FROM division WHERE code LIKE '46%'")
        await transaction.rollback()
    assert {row["code"]: (row["level"], row["parent"]) for row in rows} == {
        "460000000000": ("province", None),
        "460400000000": ("prefecture", "460000000000"),
        "460100000000": ("prefecture", "460000000000"),
        "460105000000": ("county", "460100000000"),
        "460400100000": ("township", "460400000000"),
        "460105101000": ("township", "460105000000"),
        "460400100001": ("village", "460400100000"),
        "460105101200": ("village", "460105101000"),
    }


@pytest.mark.parametrize(
    ("changed", "fault"),
    [({"villages": []}, "villages.csv"), ({"streets": ["code,name", "46010510,长流镇"]}, "line 2")],
)
async def test_a_national_list_that_is_incomplete_or_malformed_is_refused(module_database, tmp_path, changed, fault):
    archive = published(tmp_path, **changed)
    async with connect(module_database("registry").owner_url) as connection:
        with pytest.raises(DivisionFileInvalid, match=fault):
            await import_file(connection, archive)
        assert await connection.fetchval("SELECT count(*) FROM division WHERE code LIKE '46%'") == 0
