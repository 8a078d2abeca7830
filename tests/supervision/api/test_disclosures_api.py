"""What is published was checked, is found by everybody, and is never changed without its proof saying so."""

import io
from base64 import b64decode, b64encode
from typing import Any
from xml.etree.ElementTree import fromstring

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from linli_kernel.codes.succession import Succession
from linli_kernel.contracts import supervision as contract
from linli_kernel.ids import new_id
from linli_supervision.ledger.merkle import leaf_hash

from tests.supervision.conftest import Service
from tests.supervision.disclosing import PATH, PUBLIC, TABLE, VILLAGE, Disclosing
from tests.supervision.logs import connected
from tests.supervision.papers import SECRETS, paper

IDENTITY = "42120219430307002X"


async def test_an_empty_village_has_an_empty_list(service: Service) -> None:
    answer = await service.client.get(f"{PUBLIC}?division={VILLAGE}")
    assert answer.json() == {"items": [], "next_cursor": None}


async def test_a_draft_goes_through_the_committee_before_anybody_reads_it(service: Service) -> None:
    village = Disclosing(service)
    draft = await village.draft(item="accounts", period_start="2026-03-01")
    assert (draft["state"], draft["period_end"], draft["steps"]) == (
        "draft",
        "2026-03-31",
        ["edit", "discard", "submit"],
    )
    assert (await service.client.get(f"{PUBLIC}/{draft['id']}")).status_code == 404
    early = await village.post(f"/{draft['id']}/publish", {}, "village_official", draft["version"])
    assert (early.status_code, early.json()["code"]) == (409, "supervision.disclosure_state")
    published = await village.bring(draft)
    assert (published["state"], published["checker_name"], published["publisher_name"]) == (
        "published",
        "supervisor",
        "village_official",
    )
    shown = (await service.client.get(f"{PUBLIC}/{draft['id']}")).json()
    assert (shown["title"], shown["tables"], shown["category_name"]) == ("三月收支", [TABLE], "财务")
    assert "author" not in str(shown)


async def test_an_area_shows_its_own_newest_first_by_category_year_and_word(service: Service) -> None:
    village, other = Disclosing(service), Disclosing(service, "421202104222")
    huaying = Disclosing(service, "511681002001", "511681")
    for title in ("二月收支", "三月收支"):
        await village.publish(title=title)
    await village.publish(title="党务公开", item="party_work", tables=[])
    await other.publish(title="别村")
    await huaying.publish(title="别县")

    async def titles(query: str) -> list[str]:
        return [one["title"] for one in (await service.client.get(f"{PUBLIC}?{query}")).json()["items"]]

    year = service.clock.today().year
    assert await titles(f"division={VILLAGE}") == ["党务公开", "三月收支", "二月收支"]
    assert await titles(f"division={VILLAGE}&category=finance&q=三月") == ["三月收支"]
    assert await titles(f"division={VILLAGE}&year={year - 1}") == []
    first = (await service.client.get(f"{PUBLIC}?division=421202&limit=3")).json()
    assert len(first["items"]) == 3
    assert await titles(f"division=421202&limit=3&cursor={first['next_cursor']}") == ["二月收支"]
    years = (await service.client.get(f"{PUBLIC}/years?division={VILLAGE}")).json()
    assert years == {"items": [{"year": year, "disclosures": 3}]}


async def test_malformed_questions_are_refused(service: Service) -> None:
    for query in ("", "division=1", "division=42120210422x", "division=421202&cursor=x", "division=421202&x=1"):
        assert (await service.client.get(f"{PUBLIC}?{query}")).status_code == 422
    assert (await service.client.get(f"{PUBLIC}/{new_id()}/notice?size=a0")).status_code == 422


async def test_todays_township_shows_what_was_disclosed_under_the_code_of_before(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Disclosing(service, "421202119203").publish(title="合并前的收支")
    assert (await service.client.get(f"{PUBLIC}?division=421202104")).json()["items"] == []
    monkeypatch.setitem(service.linli.extra, "succession", Succession([("421202119000", "421202104000")]))
    shown = (await service.client.get(f"{PUBLIC}?division=421202104")).json()["items"]
    assert [one["title"] for one in shown] == ["合并前的收支"]


async def test_numbers_of_people_are_refused_or_masked_and_names_in_lists_always(service: Service) -> None:
    village = Disclosing(service)
    listed = {
        "columns": [{"name": "姓名", "kind": "person"}, {"name": "备注", "kind": "text"}],
        "rows": [["欧阳娜娜", "13800138000"]],
    }
    order = {"division": VILLAGE, "item": "benefits", "title": "补贴", "body": f"发给{IDENTITY}", "tables": [listed]}
    refused = await village.post("", order, "bookkeeper")
    assert (refused.status_code, refused.json()["code"]) == (422, "supervision.disclosure_personal_data")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/body", "/tables/0/rows/0/1"]
    assert IDENTITY not in refused.text
    taken = await village.post("", {**order, "mask": True}, "bookkeeper")
    assert taken.json()["body"] == "发给421202********002X"
    assert taken.json()["tables"][0]["rows"] == [["欧阳*", "138****8000"]]
    kept = await service.linli.database.pool.fetchval("SELECT row_to_json(disclosure)::text FROM disclosure")
    assert not any(word in kept for word in (IDENTITY, "13800138000", "娜娜"))


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"item": "nothing"}, "/item"),
        ({"period_start": "2026-03-02"}, "/period_start"),
        ({"tables": [{**TABLE, "rows": [["2026-03-02", "水费"]]}]}, "/tables/0/rows/0"),
        ({"tables": [{**TABLE, "rows": [["三月二日", "水费", "1.234"]]}]}, "/tables/0/rows/0/0"),
    ],
)
async def test_what_does_not_fit_the_catalogue_or_the_columns_is_named(
    service: Service, wrong: dict[str, object], pointer: str
) -> None:
    order = {"division": VILLAGE, "item": "accounts", "title": "收支", "tables": [TABLE]}
    answer = await Disclosing(service).post("", {**order, **wrong}, "bookkeeper")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_returned_draft_says_why_and_is_written_anew_over_the_version_that_was_read(service: Service) -> None:
    village = Disclosing(service)
    one = await village.step(await village.draft(), "submit", "bookkeeper")
    unsaid = await village.post(f"/{one['id']}/return", {}, "supervisor", one["version"])
    assert unsaid.status_code == 422
    one = await village.step(one, "return", "supervisor", "缺少票据号")
    assert (one["state"], one["reason"]) == ("draft", "缺少票据号")
    said = {"title": "三月收支（补）", "tables": []}
    headers = village.people["bookkeeper"]
    stale = await service.client.put(f"{PATH}/{one['id']}", json=said, headers=headers | {"If-Match": '"1"'})
    assert stale.status_code == 412
    current = headers | {"If-Match": f'"{one["version"]}"'}
    assert (await service.client.put(f"{PATH}/{one['id']}", json=said, headers=current)).json()["title"] == said[
        "title"
    ]


async def test_whoever_wrote_any_of_it_never_checks_it_also_after_others_wrote_on(service: Service) -> None:
    village, both = Disclosing(service), new_id()
    village.people["first"] = service.auth("bookkeeper", sub=both, divisions=[village.division])
    village.people["supervisor"] = service.auth("supervisor", sub=both, divisions=[village.division])
    one = await village.draft(role="first")
    over = village.people["bookkeeper"] | {"If-Match": f'"{one["version"]}"'}
    one = (
        await service.client.put(f"{PATH}/{one['id']}", json={"title": "三月收支（补）", "body": "补。"}, headers=over)
    ).json()
    one = await village.step(one, "submit", "bookkeeper")
    refused = await village.post(f"/{one['id']}/check", {}, "supervisor", one["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "supervision.disclosure_own")
    seen = await service.client.get(f"{PATH}/{one['id']}", headers=village.people["supervisor"])
    assert "check" not in seen.json()["steps"]


async def test_posts_and_areas_decide_who_takes_a_step(service: Service) -> None:
    village, other = Disclosing(service), Disclosing(service, "421202104222")
    one = await village.step(await village.draft(), "submit", "bookkeeper")
    assert (await village.post(f"/{one['id']}/check", {}, "bookkeeper", one["version"])).status_code == 403
    assert (await other.post(f"/{one['id']}/check", {}, "supervisor", one["version"])).status_code == 404
    elsewhere = {"division": "421202104222", "item": "accounts", "title": "别村"}
    assert (await village.post("", elsewhere, "bookkeeper")).status_code == 404
    account = new_id()
    writer, checker = (service.auth(role, sub=account) for role in ("clerk", "supervisor"))
    made = (
        await service.client.post(
            PATH, json={"division": VILLAGE, "item": "accounts", "title": "自写", "body": "见附表。"}, headers=writer
        )
    ).json()
    await service.client.post(f"{PATH}/{made['id']}/submit", json={}, headers=writer | {"If-Match": '"1"'})
    own = await service.client.post(f"{PATH}/{made['id']}/check", json={}, headers=checker | {"If-Match": '"2"'})
    assert (own.status_code, own.json()["code"]) == (409, "supervision.disclosure_own")


async def test_a_correction_is_a_new_edition_and_the_old_one_stays_readable(service: Service) -> None:
    village = Disclosing(service)
    first = await village.publish(period_start="2026-03-01")
    again = await village.draft(period_start="2026-03-01")
    again = await village.step(again, "submit", "bookkeeper")
    again = await village.step(again, "check", "supervisor")
    twice = await village.post(f"/{again['id']}/publish", {}, "village_official", again["version"])
    assert (twice.status_code, twice.json()["code"]) == (409, "supervision.disclosure_period_taken")
    second = await village.step(first, "correct", "bookkeeper", "水费多计一笔")
    assert (second["state"], second["edition"], second["replaces"]) == ("draft", 2, first["id"])
    listed = (await service.client.get(f"{PUBLIC}?division={VILLAGE}")).json()["items"]
    assert [one["id"] for one in listed] == [first["id"]]
    second = await village.bring(second)
    listed = (await service.client.get(f"{PUBLIC}?division={VILLAGE}")).json()["items"]
    assert [one["id"] for one in listed] == [second["id"]]
    old = (await service.client.get(f"{PUBLIC}/{first['id']}")).json()
    assert (old["state"], old["replaced_by"]) == ("corrected", second["id"])


async def test_a_withdrawn_one_keeps_its_heading_and_loses_its_words(service: Service) -> None:
    village = Disclosing(service)
    one = await village.publish()
    unsaid = {"reason": f"误登{IDENTITY}"}
    refused = await village.post(f"/{one['id']}/withdraw", unsaid, "village_official", one["version"])
    assert refused.json()["errors"][0]["pointer"] == "/reason", "everybody reads why"
    await village.step(one, "withdraw", "village_official", "重复公开")
    shown = (await service.client.get(f"{PUBLIC}/{one['id']}")).json()
    assert (shown["title"], shown["body"], shown["tables"], shown["reason"]) == ("三月收支", "", [], "重复公开")
    for path, headers in ((PUBLIC, {}), (PATH, village.people["bookkeeper"])):
        assert (await service.client.get(f"{path}/{one['id']}/notice", headers=headers)).status_code == 404

    async def found(word: str) -> int:
        return len((await service.client.get(f"{PUBLIC}?division={VILLAGE}&q={word}")).json()["items"])

    assert (await found("三月"), await found("本月收支")) == (1, 0), "its words are not found out by searching"


async def test_an_edition_of_before_is_withdrawn_beside_the_one_in_force(service: Service) -> None:
    village = Disclosing(service)
    first = await village.publish(period_start="2026-03-01")
    second = await village.bring(await village.step(first, "correct", "bookkeeper", "多列了一户"))
    headers = village.people["bookkeeper"]
    old = (await service.client.get(f"{PATH}/{first['id']}", headers=headers)).json()
    paper_of_before = await service.client.get(f"{PUBLIC}/{first['id']}/notice")
    words = pypdfium2.PdfDocument(io.BytesIO(paper_of_before.content))[0].get_textpage().get_text_range()
    assert "本版已被更正" in words
    await village.step(old, "withdraw", "village_official", "含有不应公开的内容")
    shown = (await service.client.get(f"{PUBLIC}/{first['id']}")).json()
    assert (shown["state"], shown["body"], shown["replaced_by"]) == ("withdrawn", "", second["id"])
    assert await service.outbox(contract.DISCLOSURE_WITHDRAWN) == []
    listed = (await service.client.get(f"{PUBLIC}?division={VILLAGE}")).json()["items"]
    assert [one["id"] for one in listed] == [second["id"]]


async def _attach(service: Service, village: Disclosing, draft: dict[str, Any], name: str, content: bytes) -> Any:
    files = {"file": (name, content)}
    return await service.client.post(f"{PATH}/{draft['id']}/files", files=files, headers=village.people["bookkeeper"])


async def test_files_are_taken_by_what_their_bytes_show_and_only_while_it_is_a_draft(service: Service) -> None:
    village = Disclosing(service)
    draft = await village.draft()

    async def attach(name: str, content: bytes) -> int:
        answer = await _attach(service, village, draft, name, content)
        return int(answer.status_code)

    assert await attach("表.xlsx", b"PK\x03\x04") == 422
    assert await attach("照片.jpg", b"\xff\xd8\xff and no picture") == 422
    assert await attach("票据.pdf", b"%PDF-1.7 and no paper") == 422
    assert await attach("票据 13800138000.pdf", paper()) == 201
    headers = village.people["bookkeeper"]
    one = (await service.client.get(f"{PATH}/{draft['id']}", headers=headers)).json()
    (kept,) = one["files"]
    assert (kept["name"], kept["media_type"]) == ("票据 138****8000.pdf", "application/pdf")
    assert (await service.client.get(f"{PUBLIC}/{draft['id']}/files/{kept['id']}")).status_code == 404
    await village.bring(one)
    assert await attach("又.pdf", paper()) == 409
    found = await service.client.get(f"{PUBLIC}/{draft['id']}/files/{kept['id']}")
    assert (found.content[:5], found.headers["content-type"]) == (b"%PDF-", "application/pdf")
    assert not any(secret in found.content for secret in SECRETS)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/票据.pdf", "票据.pdf"),
        ("C:\\\\家\\\\票据.pdf", "票据.pdf"),
        ("\u202egnp.exe票.pdf", "gnp.exe票.pdf"),
        (f"补贴{IDENTITY}.pdf", "补贴421202********002X.pdf"),
        ("电话138 - 0013 - 8000.pdf", "电话138****8000.pdf"),
        ("名单/", "file"),
    ],
)
async def test_a_file_is_called_what_its_name_shows(service: Service, given: str, kept: str) -> None:
    village = Disclosing(service)
    answer = await _attach(service, village, await village.draft(), given, paper())
    assert answer.status_code == 201, answer.text
    assert [one["name"] for one in answer.json()["files"]] == [kept]


async def test_a_pdf_with_numbers_of_people_is_refused_by_its_page(service: Service) -> None:
    village = Disclosing(service)
    draft = await village.draft()
    refused = await _attach(service, village, draft, "名单.pdf", paper(f"{IDENTITY} 13800138000"))
    assert (refused.status_code, refused.json()["code"]) == (422, "supervision.disclosure_file_personal_data")
    said = [one["detail"] for one in refused.json()["errors"]]
    assert said == [f"附件第 1 页含有{kind}，请遮盖后重新添加" for kind in ("公民身份号码", "手机号")]
    assert IDENTITY not in refused.text


async def _signed(service: Service) -> None:
    """Bring the service's own acts into the ledger, as the relay does."""
    rows = await service.linli.database.pool.fetch("SELECT data, type FROM outbox WHERE tenant = '421202' ORDER BY seq")
    await service.deliver([{**row["data"], "type": row["type"]} for row in rows], source="supervision")


async def test_the_log_proves_that_nothing_changed_since_and_finds_a_changed_cell(service: Service) -> None:
    one = await Disclosing(service).publish()
    before = (await service.client.get(f"{PUBLIC}/{one['id']}/proof")).json()
    assert (before["unchanged"], before["entry"]) == (None, None)
    await _signed(service)
    proven = (await service.client.get(f"{PUBLIC}/{one['id']}/proof")).json()
    assert (proven["unchanged"], proven["signed"], proven["sha256"]) == (True, True, one["sha256"])
    entries = await service.client.get(f"/api/public/v1/ledger/421202/proofs/inclusion?entry={proven['entry']}")
    assert entries.json()["leaf_hash"] == b64encode(leaf_hash(b64decode(proven["leaf"]))).decode()
    assert one["sha256"] in b64decode(proven["content"]).decode()
    await service.linli.database.pool.execute(
        "UPDATE disclosure SET tables = replace(tables::text, '128.50', '28.50')::jsonb, sha256 = 'x'"
    )
    changed = (await service.client.get(f"{PUBLIC}/{one['id']}/proof")).json()
    assert (changed["unchanged"], changed["published_sha256"]) == (False, one["sha256"])
    # Nor does it look like one that the log has not taken in yet once somebody has removed what the entry said.
    async with connected(service.database.owner_url) as owner:
        await owner.execute("DELETE FROM ledger_subject")
    assert (await service.client.get(f"{PUBLIC}/{one['id']}/proof")).json()["unchanged"] is False


async def test_the_log_finds_a_file_that_was_exchanged(service: Service) -> None:
    village = Disclosing(service)
    draft = await village.draft()
    one = await village.bring((await _attach(service, village, draft, "票据.pdf", paper())).json())
    await _signed(service)
    path = f"{PUBLIC}/{one['id']}/proof"
    assert (await service.client.get(path)).json()["unchanged"] is True
    async with connected(service.database.owner_url) as owner:
        await owner.execute("UPDATE disclosure_file SET content = $1", paper("something else"))
    assert (await service.client.get(path)).json()["unchanged"] is False


@pytest.mark.parametrize(("size", "width"), [("a4", 595), ("a3", 842)])
async def test_the_notice_for_the_wall_opens_its_original_by_phone(service: Service, size: str, width: int) -> None:
    one = await Disclosing(service).publish()
    first, again = [await service.client.get(f"{PUBLIC}/{one['id']}/notice?size={size}") for _ in range(2)]
    assert (first.status_code, first.content) == (200, again.content)
    (sheet,) = pypdfium2.PdfDocument(io.BytesIO(first.content))
    assert round(sheet.get_width()) == width
    text = sheet.get_textpage().get_text_range()
    assert all(word in text for word in ("三月收支", "128.50", one["sha256"][:16]))
    (code,) = zxingcpp.read_barcodes(sheet.render(scale=3).to_pil())
    assert code.text.endswith(f"/disclosures/{one['id']}")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE disclosure SET title = '三月收支（改）'",
        "UPDATE disclosure SET tables = replace(tables::text, '128.50', '28.50')::jsonb, sha256 = repeat('0', 64)",
        "UPDATE disclosure SET sha256 = repeat('0', 64)",
    ],
)
@pytest.mark.parametrize("signed", [False, True])
async def test_what_was_changed_since_is_not_printed(service: Service, change: str, signed: bool) -> None:
    one = await Disclosing(service).publish()
    if signed:
        await _signed(service)
    await service.linli.database.pool.execute(change)
    answer = await service.client.get(f"{PUBLIC}/{one['id']}/notice")
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.disclosure_changed")


async def test_a_feed_reader_finds_what_stands_on_the_public_list_and_nothing_else(service: Service) -> None:
    village = Disclosing(service)
    shown = await village.bring(await village.draft(title="三月收支<明细>"))
    await village.draft(title="还没有发布")
    path = f"{PUBLIC}/feed"
    answer = await service.client.get(f"{path}?division={VILLAGE}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = fromstring(answer.content)
    assert [entry.findtext("a:title", namespaces=names) for entry in feed.findall("a:entry", names)] == [
        "三月收支<明细>"
    ]
    link = feed.find("a:entry/a:link", names)
    assert link is not None
    assert link.get("href", "").endswith(f"/disclosures/{shown['id']}")
    other = fromstring((await service.client.get(f"{path}?division=421202104217")).content)
    assert other.findall("a:entry", names) == []
    assert (await service.client.get(f"{path}?division=421202")).status_code == 422
    assert (await service.client.get(path)).status_code == 422
