"""Nobody makes, or gets hold of, an administrator alone."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from linli_gateway.accounts.tables import account as account_table
from linli_gateway.posts.tables import post as post_table
from linli_gateway.records import repository as records
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from sqlalchemy import select, text, update

from tests.gateway.conftest import CLERK, PASSWORD, Gateway, problem

BASE = "/api/auth/v1"
SYSTEM, COUNTY, FOREIGN = "system_admin", "county_admin.421202", "county_admin.511681"
POST = {"role": "county_admin", "tenants": ["421202"], "divisions": ["421202"], "title": "县级管理员"}
FIRST, OWN = "Mountain-Flower7", "River-Stone-88"
NEWCOMER = {"username": "county2.421202", "name": "新来的", "tenant": "421202", "password": FIRST, "posts": [POST]}


class Office:
    """Administrators at work on one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway, self.client = gateway, gateway.client

    async def ask(
        self, by: str | None, method: str, path: str, body: Any = None, version: Any = None
    ) -> httpx.Response:
        headers = await self.gateway.auth(by) if by else {}
        if version is not None:
            headers = {**headers, "If-Match": f'"{version}"'}
        return await self.client.request(method, f"{BASE}/{path}", json=body, headers=headers)

    async def account(self, username: str) -> dict[str, Any]:
        found = (await self.ask(SYSTEM, "GET", f"accounts?q={username}")).json()["items"]
        return next(one for one in found if one["username"] == username)

    async def command(self, username: str, name: str, body: Any = None, *, by: str = SYSTEM) -> httpx.Response:
        account = await self.account(username)
        return await self.ask(by, "POST", f"accounts/{account['id']}/{name}", body, account["version"])

    async def proposed(self, by: str = SYSTEM, **more: Any) -> dict[str, Any]:
        """A county's administrator that somebody proposes."""
        made = await self.ask(by, "POST", "accounts", {**NEWCOMER, **more})
        assert made.status_code == 201, made.text
        [proposal] = made.json()["proposals"]
        return dict(proposal)

    async def decide(
        self, by: str | None, proposal: dict[str, Any], what: str = "confirm", **body: Any
    ) -> httpx.Response:
        path = f"admin-proposals/{proposal['id']}/{what}"
        return await self.ask(by, "POST", path, body or None, proposal["version"])

    async def confirmed(self) -> str:
        """The code of a newcomer whom two administrators made."""
        answer = await self.decide(COUNTY, await self.proposed())
        assert answer.status_code == 200, answer.text
        return str(answer.json()["activation_code"])

    async def enter(self, **more: Any) -> httpx.Response:
        return await self.gateway.sign_in(NEWCOMER["username"], **{"password": FIRST, **more})  # type: ignore[arg-type]

    async def roles(self, username: str) -> list[str]:
        return [post["role"] for post in (await self.account(username))["posts"]]


@pytest.fixture
def office(gateway: Gateway) -> Office:
    return Office(gateway)


async def test_a_new_administrator_counts_only_when_a_second_one_has_confirmed(office: Office) -> None:
    proposal = await office.proposed()
    assert (proposal["kind"], proposal["state"], proposal["my_actions"]) == ("posts", "waiting", ["withdraw"])
    problem(await office.enter(), 403, "auth.no_post")
    assert await office.roles(NEWCOMER["username"]) == []  # type: ignore[arg-type]
    seen = (await office.ask(COUNTY, "GET", f"admin-proposals/{proposal['id']}")).json()
    assert (seen["my_actions"], seen["by_name"], seen["posts"][0]["role"]) == (
        ["confirm", "refuse"],
        "系统管理员",
        "county_admin",
    )
    answer = await office.decide(COUNTY, seen)
    assert (answer.status_code, answer.json()["proposal"]["state"]) == (200, "confirmed")
    assert answer.headers["cache-control"] == "no-store"
    assert (await office.account(NEWCOMER["username"]))["activation_pending"] is True  # type: ignore[arg-type]
    code = answer.json()["activation_code"]
    entered = await office.enter(activation_code=code.lower().replace("-", " "), new_password=OWN)
    assert entered.status_code == 201, entered.text
    assert [post["role"] for post in entered.json()["user"]["posts"]] == ["county_admin"]
    assert (await office.gateway.sign_in(NEWCOMER["username"], OWN)).status_code == 201  # type: ignore[arg-type]


async def test_neither_the_password_nor_the_code_alone_lets_anybody_in(office: Office) -> None:
    code = await office.confirmed()
    problem(await office.enter(), 401, "auth.activation_required")
    problem(await office.enter(new_password=OWN), 401, "auth.activation_required")
    problem(await office.enter(activation_code="AAAAA-AAAAA", new_password=OWN), 401, "auth.activation_rejected")
    problem(await office.enter(activation_code=code), 403, "auth.password_change_required")
    problem(await office.enter(password=OWN, activation_code=code), 401, "auth.invalid_credentials")
    assert (await office.enter(activation_code=code, new_password=OWN)).status_code == 201
    problem(await office.enter(activation_code=code), 401, "auth.invalid_credentials")


async def test_guesses_at_the_code_are_counted(office: Office) -> None:
    await office.confirmed()
    codes = [(await office.enter(activation_code="AAAAA-AAAAA")).status_code for _ in range(8)]
    assert codes[0] == 401
    assert codes[-1] == 429


@pytest.mark.parametrize(
    ("by", "status", "code"),
    [
        (SYSTEM, 403, "auth.second_administrator_needed"),
        (FOREIGN, 404, "auth.proposal_not_found"),
        (CLERK, 403, "auth.forbidden"),
        ("auditor.4212", 403, "auth.forbidden"),
        (None, 401, "auth.unauthenticated"),
    ],
)
@pytest.mark.parametrize("what", ["confirm", "refuse"])
async def test_who_is_no_second_administrator_decides_nothing(
    office: Office, what: str, by: str | None, status: int, code: str
) -> None:
    proposal = await office.proposed()
    body = {"reason": "不认识此人"} if what == "refuse" else {}
    answer = await office.decide(by, proposal, what, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await office.roles(NEWCOMER["username"]) == []  # type: ignore[arg-type]


async def test_a_county_s_administrator_confirms_nobody_above_the_own_county(office: Office) -> None:
    post = {"role": "system_admin", "tenants": ["*"], "title": "系统管理员"}
    proposal = await office.proposed(tenant="421202", posts=[post])
    problem(await office.decide(COUNTY, proposal), 403, "auth.second_administrator_needed")


async def test_a_post_that_administers_waits_for_an_account_that_is_there_already(office: Office) -> None:
    clerk = await office.account(CLERK)
    session = await office.gateway.auth(CLERK)
    given = await office.ask(COUNTY, "POST", f"accounts/{clerk['id']}/posts", POST)
    assert given.status_code == 202
    assert await office.roles(CLERK) == ["clerk"]
    again = await office.ask(COUNTY, "POST", f"accounts/{clerk['id']}/posts", POST)
    problem(again, 409, "auth.proposal_waiting")
    problem(await office.decide(COUNTY, given.json()), 403, "auth.second_administrator_needed")
    code = (await office.decide(SYSTEM, given.json())).json()["activation_code"]
    assert await office.roles(CLERK) == ["clerk", "county_admin"]
    ended = await office.client.get(f"{BASE}/me", headers=session)
    assert ended.status_code == 401, "who is signed in does not slip into the post without the code"
    problem(await office.gateway.sign_in(CLERK), 401, "auth.activation_required")
    assert (await office.gateway.sign_in(CLERK, activation_code=code, new_password=OWN)).status_code == 201


async def test_an_administrator_s_password_stays_until_a_second_one_agrees(office: Office) -> None:
    session = await office.gateway.auth(FOREIGN)
    answer = await office.command(FOREIGN, "reset-password", {"password": FIRST})
    assert (answer.status_code, answer.json()["proposals"][0]["kind"]) == (202, "password")
    assert (await office.client.get(f"{BASE}/me", headers=session)).status_code == 200
    problem(await office.gateway.sign_in(FOREIGN, FIRST), 401, "auth.invalid_credentials")
    [proposal] = answer.json()["proposals"]
    problem(await office.decide(FOREIGN, proposal), 403, "auth.second_administrator_needed")
    await made_by_hand(office, "county3.511681", "511681")
    code = (await office.decide("county3.511681", proposal)).json()["activation_code"]
    problem(await office.gateway.sign_in(FOREIGN), 401, "auth.invalid_credentials")
    problem(await office.gateway.sign_in(FOREIGN, FIRST), 401, "auth.activation_required")
    assert (await office.client.get(f"{BASE}/me", headers=session)).status_code == 401
    entered = await office.gateway.sign_in(FOREIGN, FIRST, activation_code=code, new_password=OWN)
    assert entered.status_code == 201


async def test_an_administrator_s_second_factor_stays_until_a_second_one_agrees(office: Office) -> None:
    async with office.gateway.parts.database.transaction("*") as tx:
        await tx.execute(update(account_table).where(account_table.c.username == FOREIGN).values(otp_secret=b"x"))
    answer = await office.command(FOREIGN, "reset-otp")
    assert (answer.status_code, answer.json()["otp_enabled"]) == (202, True)
    await made_by_hand(office, "county3.511681", "511681")
    confirmed = await office.decide("county3.511681", answer.json()["proposals"][0])
    assert (confirmed.status_code, confirmed.json()["activation_code"]) == (200, None)
    assert (await office.account(FOREIGN))["otp_enabled"] is False


async def test_other_accounts_are_administered_by_one_as_before(office: Office) -> None:
    assert (await office.command(CLERK, "reset-password", {"password": FIRST})).status_code == 200
    assert (await office.command(CLERK, "reset-otp")).status_code == 200
    assert (await office.gateway.sign_in(CLERK, FIRST)).status_code == 201


async def made_by_hand(
    office: Office, username: str, county: str, *, maker: UUID | None = None, action: str = "account.create"
) -> UUID:
    """An administrator from before two were needed; with a maker, who alone set its password."""
    database, account_id = office.gateway.parts.database, new_id()
    async with database.transaction(county, Viewer(maker or new_id(), "s", county, Role.SYSTEM_ADMIN, ("",))) as tx:
        whole = await tx.one(select(account_table).where(account_table.c.username == COUNTY))
        facts = {**dict(whole.items()), "id": account_id, "username": username, "county": county}  # type: ignore[union-attr]
        await tx.execute(account_table.insert().values(**facts))
        await tx.execute(
            post_table.insert().values(
                id=new_id(), account_id=account_id, role="county_admin", tenants=[county], divisions=[county],
                title="县级管理员", created_at=tx.now,
            )
        )  # fmt: skip
        if maker is not None:
            viewer = Viewer(maker, "s", county, Role.SYSTEM_ADMIN, ("",), name="某人")
            await records.administered(
                tx, viewer, action=action, kind="account", object_id=account_id, tenant=county, detail={}
            )
    return account_id


@pytest.mark.parametrize("action", ["account.create", "account.reset_password", "account.reset_otp"])
async def test_two_puppets_of_one_administrator_are_no_two_administrators(office: Office, action: str) -> None:
    alone = UUID((await office.account(SYSTEM))["id"])
    one = await made_by_hand(office, "puppet1.421202", "421202", maker=alone, action=action)
    await made_by_hand(office, "puppet2.421202", "421202", maker=one, action=action)
    proposal = await office.proposed()
    for puppet in ("puppet1.421202", "puppet2.421202"):
        problem(await office.decide(puppet, proposal), 409, "auth.not_independent")
    other = await office.proposed("puppet1.421202", username="county4.421202")
    problem(await office.decide("puppet2.421202", other), 409, "auth.not_independent")
    problem(await office.decide(SYSTEM, other), 409, "auth.not_independent")
    assert (await office.decide(COUNTY, other)).status_code == 200


async def test_whom_two_have_made_is_nobody_s_puppet(office: Office) -> None:
    code = await office.confirmed()
    await office.enter(activation_code=code, new_password=OWN)
    entered = await office.gateway.sign_in(NEWCOMER["username"], OWN)  # type: ignore[arg-type]
    office.gateway.tokens["newcomer"] = entered.json()["access_token"]
    proposal = await office.proposed(username="county5.421202")
    assert (await office.decide("newcomer", proposal)).status_code == 200


async def test_one_person_with_two_accounts_is_no_second_administrator(office: Office) -> None:
    proposal, services = await office.proposed(), office.gateway.services
    ids = [(await office.account(name))["id"] for name in (SYSTEM, COUNTY)]
    services.persons = [ids]
    problem(await office.decide(COUNTY, proposal), 409, "auth.not_independent")
    assert services.asked[-1][1:] == (
        "/internal/v1/residents/accounts",
        {"tenant": "421202", "accounts": ids},
    )
    services.persons, services.down = [], {9101}
    problem(await office.decide(COUNTY, proposal), 503, "auth.persons_unknown")
    services.down = set()
    assert (await office.decide(COUNTY, proposal)).status_code == 200


async def test_what_a_fallen_administrator_proposed_does_not_count(office: Office) -> None:
    given = await office.ask(COUNTY, "POST", f"accounts/{(await office.account(CLERK))['id']}/posts", POST)
    assert (await office.command(COUNTY, "disable")).status_code == 200
    problem(await office.decide(SYSTEM, given.json()), 409, "auth.proposer_gone")
    assert (await office.decide(SYSTEM, given.json(), "refuse", reason="提出人已停用")).status_code == 200


async def test_what_is_refused_or_taken_back_never_counts(office: Office) -> None:
    proposal = await office.proposed()
    problem(await office.decide(COUNTY, proposal, "withdraw"), 403, "auth.not_your_proposal")
    refused = await office.decide(COUNTY, proposal, "refuse", reason="未见本人")
    assert (refused.json()["state"], refused.json()["reason"]) == ("refused", "未见本人")
    for what, body in (("confirm", {}), ("refuse", {"reason": "再"}), ("withdraw", {})):
        by = SYSTEM if what == "withdraw" else COUNTY
        problem(await office.decide(by, refused.json(), what, **body), 409, "auth.proposal_decided")
    account = await office.account(NEWCOMER["username"])  # type: ignore[arg-type]
    again = (await office.ask(SYSTEM, "POST", f"accounts/{account['id']}/posts", POST)).json()
    assert (await office.decide(SYSTEM, again, "withdraw")).json()["state"] == "withdrawn"
    assert await office.roles(NEWCOMER["username"]) == []  # type: ignore[arg-type]
    problem(await office.enter(), 403, "auth.no_post")


async def test_malformed_answers_are_refused(office: Office) -> None:
    proposal = await office.proposed()
    path = f"admin-proposals/{proposal['id']}"
    assert (await office.ask(COUNTY, "POST", f"{path}/confirm")).status_code == 428
    problem(await office.decide(COUNTY, proposal | {"version": 9}), 412, "stale_version")
    for body in ({"reason": ""}, {"reason": "好" * 301}, {}, {"reason": "好", "more": 1}):
        assert (await office.ask(COUNTY, "POST", f"{path}/refuse", body, 1)).status_code == 422
    for wrong, status in (("1", 422), (str(new_id()), 404)):
        assert (await office.decide(COUNTY, proposal | {"id": wrong})).status_code == status
        assert (await office.ask(COUNTY, "GET", f"admin-proposals/{wrong}")).status_code == status
    for query in ("limit=0", "limit=201", "cursor=!", "state=old", "unknown=1"):
        assert (await office.ask(COUNTY, "GET", f"admin-proposals?{query}")).status_code == 422, query


async def test_proposals_are_listed_in_pages_within_the_county(office: Office) -> None:
    made = [(await office.proposed(username=f"county{n}.421202"))["id"] for n in range(6, 9)]
    first = (await office.ask(COUNTY, "GET", "admin-proposals?state=waiting&limit=2")).json()
    rest = (await office.ask(COUNTY, "GET", f"admin-proposals?limit=2&cursor={first['next_cursor']}")).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    assert (await office.ask(FOREIGN, "GET", "admin-proposals")).json()["items"] == []
    problem(await office.ask(FOREIGN, "GET", f"admin-proposals/{made[0]}"), 404, "auth.proposal_not_found")
    assert (await office.ask(CLERK, "GET", "admin-proposals")).status_code == 403


async def test_of_two_who_confirm_at_once_one_does(office: Office) -> None:
    await made_by_hand(office, "county3.421202", "421202")
    proposal = await office.proposed()
    await office.gateway.auth(COUNTY), await office.gateway.auth("county3.421202")
    answers = await asyncio.gather(*(office.decide(by, proposal) for by in (COUNTY, "county3.421202")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await office.roles(NEWCOMER["username"]) == ["county_admin"]  # type: ignore[arg-type]


async def test_the_acts_stand_in_the_ledger_and_no_secret_rests_anywhere(office: Office) -> None:
    proposal = await office.proposed()
    headers = {**await office.gateway.auth(COUNTY), "If-Match": '"1"', "Idempotency-Key": "once"}
    path = f"{BASE}/admin-proposals/{proposal['id']}/confirm"
    code = (await office.client.post(path, headers=headers)).json()["activation_code"]
    async with office.gateway.parts.database.transaction("*") as tx:
        rows = await tx.all(text("SELECT tenant, data FROM outbox ORDER BY tenant, seq"))
        stored = str(await tx.all(text("SELECT row_to_json(a)::text FROM account a"))) + str(
            await tx.all(text("SELECT row_to_json(k)::text FROM idempotency_key k"))
        )
        left = await tx.all(text("SELECT password_hash FROM admin_proposal"))
    assert [(row["tenant"], row["data"]["action"], row["data"]["role"]) for row in rows] == [
        ("421202", "account.create", "system_admin"),
        ("421202", "administrator.propose", "system_admin"),
        ("421202", "administrator.confirm", "county_admin"),
    ]
    assert rows[-1]["data"]["detail"] == {
        "username": NEWCOMER["username"], "kind": "posts", "proposal": proposal["id"], "roles": ["county_admin"],
    }  # fmt: skip
    assert "新来的" not in str(rows)
    assert code not in stored
    assert [row["password_hash"] for row in left] == [None]


async def test_one_system_administrator_alone_gets_no_county_administrator_by_any_way(office: Office) -> None:
    """Two puppets, a captured administrator, a clerk raised, an own second post: the first steps to a seal of one's own."""
    me = await office.account(SYSTEM)
    waiting = [await office.proposed(username=f"puppet{n}.421202") for n in (1, 2)]
    raised = await office.ask(SYSTEM, "POST", f"accounts/{(await office.account(CLERK))['id']}/posts", POST)
    own = await office.ask(SYSTEM, "POST", f"accounts/{me['id']}/posts", POST)
    captured = (await office.command(COUNTY, "reset-password", {"password": FIRST})).json()["proposals"][0]
    waiting += [raised.json(), own.json(), captured]
    for proposal in waiting:
        problem(await office.decide(SYSTEM, proposal), 403, "auth.second_administrator_needed")
        patched = await office.ask(SYSTEM, "PATCH", f"accounts/{proposal['account_id']}", {"name": "我"}, 99)
        assert patched.status_code in (412, 409)
    await office.command(CLERK, "reset-password", {"password": FIRST})
    entered = [
        await office.gateway.sign_in(name, word)
        for name in ("puppet1.421202", "puppet2.421202", CLERK, COUNTY, SYSTEM)
        for word in (FIRST, PASSWORD)
    ]
    roles = {post["role"] for answer in entered if answer.status_code == 201 for post in answer.json()["user"]["posts"]}
    assert roles == {"clerk", "system_admin", "county_admin"}
    honest = await office.gateway.sign_in(COUNTY)
    assert honest.json()["user"]["id"] not in {me["id"], *(one["account_id"] for one in waiting[:4])}
    problem(await office.gateway.sign_in(COUNTY, FIRST), 401, "auth.invalid_credentials")
    ended = await office.ask(SYSTEM, "POST", "sessions/post", {"post_id": waiting[3]["id"]})
    problem(ended, 403, "auth.not_your_post")
