"""Files that life events are shown by: brought before, taken once, read by who may see the household unmasked."""

from datetime import timedelta

import pytest
from linli_kernel.identity import Role

from .test_households import happen, household, register
from .test_residents import acts

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
async def home(registry):
    man = await register(registry, "易凭", "1", "1985-03-01")
    woman = await register(registry, "易据", "2", "1986-03-01")
    return (await household(registry, man, woman, relations={woman: "12"}))["id"], man, woman


async def bring(registry, home, content=PICTURE, name="易凭的死亡证明.png", **more):
    headers = dict(more.pop("headers", None) or registry.auth(more.pop("role", Role.CLERK), **more))
    url = f"/api/registry/v1/households/{home}/evidence"
    return await registry.client.post(url, files={"file": (name, content)}, headers=headers)


async def test_a_file_is_kept_with_its_event_and_read_again(registry, home):
    key, man, _ = home
    kept = await bring(registry, key)
    assert kept.status_code == 201, kept.text
    file = kept.json()["id"]
    assert (kept.json()["media_type"], kept.json()["size"]) == ("image/png", len(PICTURE))
    before = await registry.call("GET", f"households/{key}/evidence/{file}")
    assert before.status_code == 404
    await happen(registry, key, "death", resident_id=man, files=[file])
    listed = (await registry.call("GET", f"households/{key}/events")).json()["items"][0]["files"]
    assert [(one["id"], one["name"]) for one in listed] == [(file, "易凭的死亡证明.png")]
    read = await registry.call("GET", f"households/{key}/evidence/{file}", role=Role.VILLAGE_OFFICIAL)
    assert (read.status_code, read.content, read.headers["content-type"]) == (200, PICTURE, "image/png")
    assert read.headers["cache-control"] == "no-store"


async def test_a_file_belongs_to_one_event_of_its_own_household(registry, home):
    key, man, woman = home
    other = await household(registry, await register(registry, "易他", "1", "1960-03-01"))
    file = (await bring(registry, key)).json()["id"]
    stolen = await happen(registry, other["id"], "move_out", 422, members=[other["head"]["id"]], files=[file])
    assert stolen["errors"][0]["code"] == "registry.file_unknown"
    await happen(registry, key, "change_of_head", new_head_id=woman, files=[file])
    twice = await happen(registry, key, "change_of_head", 422, new_head_id=man, files=[file])
    assert twice["errors"][0]["pointer"] == "/files"
    assert (await registry.call("GET", f"households/{other['id']}/evidence/{file}")).status_code == 404


async def test_only_pictures_and_pdf_of_a_sane_size_are_taken(registry, home):
    assert (await bring(registry, home[0], b"MZ\x90\x00")).json()["errors"][0]["pointer"] == "/file"
    assert (await bring(registry, home[0], b"%PDF-" + b"0" * (10 * 1024 * 1024))).status_code == 413


async def test_who_sees_masked_data_sees_neither_the_file_nor_its_name(registry, home):
    key, man, _ = home
    file = (await bring(registry, key)).json()["id"]
    await happen(registry, key, "death", resident_id=man, files=[file])
    for role in (Role.AUDITOR,):
        listed = (await registry.call("GET", f"households/{key}/events", role=role)).json()["items"][0]["files"]
        assert listed[0]["name"] == ""
        refused = await registry.call("GET", f"households/{key}/evidence/{file}", role=role)
        assert refused.json()["code"] == "registry.evidence_hidden"
    assert (await registry.call("GET", f"households/{key}/evidence/{file}", role=Role.SUPERVISOR)).status_code == 403
    assert (
        await registry.call("GET", f"households/{key}/evidence/{file}", headers=registry.foreign())
    ).status_code == 404
    assert (await bring(registry, key, role=Role.GRID_WORKER)).status_code == 403
    assert (await bring(registry, key, headers=registry.foreign())).status_code == 404


async def test_the_papers_of_a_closed_household_stay_hidden(registry, home):
    key, man, woman = home
    file = (await bring(registry, key)).json()["id"]
    await happen(registry, key, "move_out", members=[man, woman], files=[file])
    closed = await registry.call("GET", f"households/{key}", role=Role.AUDITOR)
    assert closed.json()["members"] == []
    listed = (await registry.call("GET", f"households/{key}/events", role=Role.AUDITOR)).json()["items"][0]["files"]
    refused = await registry.call("GET", f"households/{key}/evidence/{file}", role=Role.AUDITOR)
    assert (listed[0]["name"], refused.status_code) == ("", 403)


async def test_the_papers_of_a_child_stay_hidden_when_it_left(registry):
    man = await register(registry, "易有子", "1", "1985-03-01")
    boy = await register(registry, "易小证", "1", "2020-03-01")
    shown = await household(registry, man, boy, relations={boy: "20"}, date="2021-01-01", address="花坪村7组31号")
    key = shown["id"]
    file = (await bring(registry, key, name="易小证的出生证明.png")).json()["id"]
    await happen(registry, key, "move_out", members=[boy], files=[file])
    for role, status in ((Role.GRID_WORKER, 403), (Role.DEPARTMENT_OFFICER, 403), (Role.CLERK, 200)):
        listed = (await registry.call("GET", f"households/{key}/events", role=role)).json()["items"][0]["files"]
        read = await registry.call("GET", f"households/{key}/evidence/{file}", role=role)
        assert (bool(listed[0]["name"]), read.status_code) == (status == 200, status), role


async def test_the_address_of_a_closed_household_is_masked_for_whom_addresses_are(registry):
    man = await register(registry, "易空屋", "1", "1985-03-01")
    key = (await household(registry, man, address="花坪村7组32号"))["id"]
    await happen(registry, key, "move_out", members=[man])
    assert (await registry.call("GET", f"households/{key}")).json()["address"] == "花坪村7组32号"
    masked = (await registry.call("GET", f"households/{key}", role=Role.AUDITOR)).json()["address"]
    assert "32" not in masked


async def test_what_no_event_took_within_a_day_is_removed(registry, home):
    key = home[0]
    file = (await bring(registry, key)).json()["id"]
    registry.app.state.linli.clock.move(timedelta(days=1, minutes=1))
    try:
        await bring(registry, key)
    finally:
        registry.app.state.linli.clock.move(-timedelta(days=1, minutes=1))
    rows = await registry.app.state.linli.database.pool.fetch("SELECT id FROM evidence_file WHERE id = $1", file)
    assert rows == []


async def test_file_and_name_are_encrypted_at_rest(registry, home):
    file = (await bring(registry, home[0])).json()["id"]
    row = await registry.app.state.linli.database.pool.fetchrow("SELECT * FROM evidence_file WHERE id = $1", file)
    assert PICTURE not in bytes(row["content"])
    assert "易凭".encode() not in bytes(row["filename"])


@pytest.mark.parametrize("part", ["events", "history", "kinship"])
async def test_a_look_into_a_household_names_everybody_in_it(registry, home, part):
    key, man, woman = home
    assert (await registry.call("GET", f"households/{key}/{part}")).status_code == 200
    told = (await acts(registry, f"household.{part}"))[-1]
    assert (set(told["people"]), told["division"]) == ({man, woman}, "421202104221")
