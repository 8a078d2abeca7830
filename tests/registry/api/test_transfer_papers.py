"""Papers of a transfer: they come with the request once, are seen on both sides by who sees people whole, and go with a
request that comes to nothing."""

import asyncio

import pytest
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE
from linli_registry.transfers import papers
from linli_registry.transfers.workflow import Step

from .test_evidence import PICTURE, bring
from .test_households import register
from .test_residents import acts
from .test_transfers import ACCEPT, HERE, _sides, advance, ask, command, mover, side, states
from .test_transfers import family as family

PDF = b"%PDF-1.7\n" + b"0" * 64


async def asked(registry, family):
    """Ask with two files and return the transfer and the files."""
    home = family[0]
    files = [(await bring(registry, home, *one)).json()["id"] for one in ((PICTURE, "准迁证.png"), (PDF, "申请.pdf"))]
    return await ask(registry, family, files=files), files


async def read(registry, key, file, headers=None, role=Role.CLERK):
    return await registry.call("GET", f"transfers/{key}/evidence/{file}", role=role, headers=headers)


async def kept(registry, key):
    """How many files each county keeps of a transfer."""
    query = "SELECT tenant, count(*) AS n FROM evidence_file WHERE transfer = $1::uuid GROUP BY tenant"
    rows = await registry.app.state.linli.database.pool.fetch(query, key)
    found = {row["tenant"]: row["n"] for row in rows}
    return found.get(HERE, 0), found.get(FOREIGN_TENANT, 0)


async def test_the_papers_are_opened_by_the_county_that_is_asked_and_end_with_the_events_of_both(registry, family):
    key, files = await asked(registry, family)
    await advance(registry, key)
    theirs = registry.foreign()
    shown = (await side(registry, key, True))["files"]
    assert [(one["id"], one["name"], one["media_type"]) for one in shown] == [
        (files[0], "准迁证.png", "image/png"),
        (files[1], "申请.pdf", "application/pdf"),
    ]
    opened = await read(registry, key, files[1], theirs)
    assert (opened.status_code, opened.content, opened.headers["content-type"]) == (200, PDF, "application/pdf")
    assert opened.headers["cache-control"] == "no-store"
    (act,) = [one for one in await acts(registry, "transfer.evidence") if one["object_id"] == key]
    assert (act["division"], act["detail"]) == (FOREIGN_VILLAGE, {"file": files[1]})
    await command(registry, key, "accept", ACCEPT)
    await advance(registry, key)
    assert await kept(registry, key) == (2, 2)
    there = (await side(registry, key, True))["household_id"]
    for home, headers in ((family[0], None), (there, theirs)):
        listed = (await registry.call("GET", f"households/{home}/events", headers=headers)).json()["items"][0]
        assert [one["id"] for one in listed["files"]] == files
        again = await registry.call("GET", f"households/{home}/evidence/{files[0]}", headers=headers)
        assert again.content == PICTURE


@pytest.mark.parametrize("fault", ["killed", "twice", "both at once"])
async def test_the_papers_arrive_once_whatever_happens_on_the_way(registry, family, monkeypatch, fault):
    key, _files = await asked(registry, family)
    real = papers.bring

    async def killed(tx, *given):
        await real(tx, *given)
        raise ConnectionError

    sides = await _sides(registry, key)
    if fault == "killed":
        monkeypatch.setattr(papers, "bring", killed)
        with pytest.raises(ConnectionError):
            await mover(registry).take(Step.DELIVER, *sides)
        assert (await kept(registry, key), await side(registry, key, True)) == ((2, 0), None)
        monkeypatch.undo()
    times = [mover(registry).take(Step.DELIVER, *sides) for _ in range(2)]
    if fault == "both at once":
        await asyncio.gather(*times)
    else:
        for one in times:
            await one
    await advance(registry, key)
    assert await states(registry, key) == ("waiting", "waiting")
    assert await kept(registry, key) == (2, 2)


@pytest.mark.parametrize("end", ["cancel", "refuse", "cancel before it arrived"])
async def test_a_request_that_comes_to_nothing_leaves_no_papers_there(registry, family, end):
    key, files = await asked(registry, family)
    early = await _sides(registry, key)
    if end != "cancel before it arrived":
        await advance(registry, key)
    if end == "refuse":
        await command(registry, key, "refuse", {"reason": "无住房"})
    else:
        await command(registry, key, "cancel", there=False)
    await advance(registry, key)
    # The message that was under way arrives after all.
    await mover(registry).take(Step.DELIVER, *early)
    assert await kept(registry, key) == (2, 0)
    assert (await side(registry, key, True))["files"] == []
    assert (await read(registry, key, files[0], registry.foreign())).status_code == 404
    assert (await read(registry, key, files[0])).status_code == 200


async def test_who_may_not_see_everybody_whole_sees_neither_a_paper_nor_its_name(registry, family):
    key, files = await asked(registry, family)
    await advance(registry, key)
    officer = registry.foreign(Role.DEPARTMENT_OFFICER)
    shown = (await registry.call("GET", f"transfers/{key}", headers=officer)).json()["files"]
    assert [one["name"] for one in shown] == ["", ""]
    assert (await read(registry, key, files[0], officer)).json()["code"] == "registry.evidence_hidden"
    assert (await read(registry, key, files[0], registry.foreign(Role.TOWNSHIP_OFFICER))).status_code == 200
    assert (await read(registry, key, files[0], registry.foreign(Role.GRID_WORKER))).status_code == 403
    elsewhere = registry.tokens.auth(Role.CLERK, tenant=FOREIGN_TENANT, divisions=["511681001001"])
    assert (await read(registry, key, files[0], elsewhere)).status_code == 404
    assert (await read(registry, key, key)).status_code == 404
    assert (await read(registry, key, "no-file")).status_code == 422


async def test_a_paper_goes_with_one_transfer_of_its_own_household_and_with_no_event_then(registry, family):
    home, man, _, mother = family
    other = await register(registry, "章无户", "1", "1975-03-01")
    file = (await bring(registry, home)).json()["id"]
    body = {"people": [other], "to_division": FOREIGN_VILLAGE, "files": [file]}
    stolen = await registry.call("POST", "transfers", body)
    assert (stolen.status_code, stolen.json()["errors"][0]["code"]) == (422, "registry.file_unknown")
    await ask(registry, family, files=[file])
    version = (await registry.call("GET", f"households/{home}")).json()["version"]
    event = {"kind": "move_out", "date": "2026-11-01", "members": [man], "new_head_id": mother, "files": [file]}
    again = await registry.call("POST", f"households/{home}/events", event, match=version)
    assert again.json()["errors"][0]["pointer"] == "/files"


async def test_papers_of_somebody_in_no_household_travel_as_well(registry):
    alone = await register(registry, "章独行", "1", "1975-03-01")
    url = f"/api/registry/v1/residents/{alone}/evidence"
    kept_file = await registry.client.post(url, files={"file": ("证明.png", PICTURE)}, headers=registry.auth())
    body = {"people": [alone], "to_division": FOREIGN_VILLAGE, "files": [kept_file.json()["id"]]}
    key = (await registry.call("POST", "transfers", body)).json()["id"]
    await advance(registry, key)
    assert [one["name"] for one in (await side(registry, key, True))["files"]] == ["证明.png"]
