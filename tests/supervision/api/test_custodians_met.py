"""No key is made behind a password that somebody else set, before a third person has met the custodian."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from linli_kernel.ids import new_id
from linli_supervision.commands import demo_account

from tests.supervision.conftest import Service
from tests.supervision.people import Custodian
from tests.supervision.sealing import API, VILLAGE, Hall

SECOND = demo_account(f"custodian2.{VILLAGE}")
RESOLUTION = "村民代表会议〔2026〕第8号，2026年11月10日"
UNCONFIRMED = "supervision.custodian_unconfirmed"


def set_by(by: UUID, *accounts: UUID, action: str = "account.create") -> list[dict[str, Any]]:
    """What the gateway tells of passwords that somebody set for others."""
    said = {"role": "county_admin", "object_kind": "account", "people": [], "division": "", "outcome": "ok"}
    return [said | {"actor": str(by), "action": action, "object_id": str(account)} for account in accounts]


class Scene:
    """The seal of a village whose second custodian's account was created by an administrator."""

    def __init__(self, service: Service) -> None:
        self.service, self.hall, self.admin = service, Hall(service), new_id()

    async def told(self, *acts: dict[str, Any]) -> None:
        await self.service.deliver(list(acts), source="gateway")
        self.service.clock.move(timedelta(minutes=1))

    async def key(self, position: int = 2) -> httpx.Response:
        self.hall.custodians[position - 1] = Custodian()
        return await self.hall.register(position)

    async def ask(self, headers: dict[str, str], position: int = 2) -> httpx.Response:
        path = f"{API}/seals/{self.hall.seal_id}/custodians/{position}/identity"
        return await self.service.client.post(path, headers=headers)

    async def confirm(self, change: dict[str, Any], headers: dict[str, str], **body: Any) -> httpx.Response:
        path = f"{API}/seal-changes/{change['id']}/confirm"
        return await self.service.client.post(
            path, json=body or None, headers=headers | {"If-Match": f'"{change["version"]}"'}
        )

    async def key_of(self, account: UUID) -> httpx.Response:
        """A new key of whoever holds the second piece now."""
        key = Custodian()
        proof = base64.b64encode(key.prove(self.hall.seal_id)).decode()
        path = f"{API}/seals/{self.hall.seal_id}/custodians/me/key"
        headers = self.hall.auth("custodian", sub=account)
        return await self.service.client.post(path, json={"public_key_jwk": key.jwk, "proof": proof}, headers=headers)

    def supervisor(self, sub: UUID | None = None) -> dict[str, str]:
        return self.hall.auth("supervisor", sub=sub or new_id())


@pytest.fixture
async def scene(service: Service) -> Scene:
    scene = Scene(service)
    await scene.hall.find_seal()
    await scene.told(*set_by(scene.admin, SECOND))
    return scene


async def test_the_first_key_of_a_new_account_waits_until_somebody_has_met_its_custodian(scene: Scene) -> None:
    assert ((answer := await scene.key()).status_code, answer.json()["code"]) == (409, UNCONFIRMED)
    asked = await scene.ask(scene.hall.custodian_auth(2))
    assert (asked.status_code, asked.json()["kind"]) == (201, "identity")
    seal = await scene.hall.find_seal()
    assert [one["identity_asked"] for one in seal["custodians"]] == [False, True, False]
    assert (await scene.key()).json()["code"] == UNCONFIRMED, "asking is not being met"
    confirmed = await scene.confirm(asked.json(), scene.supervisor())
    assert (confirmed.status_code, confirmed.json()["in_person"]) == (200, True)
    assert (await scene.key()).status_code == 201
    assert (await scene.key()).status_code == 201, "who was met renews the key alone"
    assert (await scene.key(1)).status_code == 201, "nobody set the password of the others"


@pytest.mark.parametrize("tenant", ["*", "511681"])
async def test_an_account_made_under_another_county_or_the_whole_system_is_no_stranger(
    service: Service, tenant: str
) -> None:
    scene = Scene(service)
    await scene.hall.find_seal()
    made = new_id()
    await service.deliver(set_by(scene.admin, SECOND, made), source="gateway", tenant=tenant)
    service.clock.move(timedelta(minutes=1))
    assert (await scene.key()).json()["code"] == UNCONFIRMED
    change = (await scene.ask(scene.supervisor())).json()
    answer = await scene.confirm(change, scene.supervisor(made))
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.no_third_person")


async def test_a_reset_that_the_ledger_has_not_heard_of_counts_at_once(service: Service) -> None:
    scene = Scene(service)
    await scene.hall.find_seal()
    assert (await scene.key()).status_code == 201, "nobody else set anything"
    service.clock.move(timedelta(minutes=1))
    reset = {"account": str(SECOND), "actor": str(scene.admin), "at": service.clock.now().isoformat()}
    service.neighbours.settings.append(reset)
    assert (await scene.key()).json()["code"] == UNCONFIRMED
    service.clock.move(timedelta(minutes=1))
    change = (await scene.ask(scene.supervisor())).json()
    hers = new_id()
    service.neighbours.settings.append(reset | {"account": str(hers)})
    for sub in (scene.admin, hers):
        answer = await scene.confirm(change, scene.supervisor(sub))
        assert (answer.status_code, answer.json()["code"]) == (409, "supervision.no_third_person")
    assert (await scene.confirm(change, scene.supervisor())).status_code == 200
    assert (await scene.key()).status_code == 201


async def test_no_key_is_made_and_nobody_vouched_for_while_the_gateway_does_not_answer(scene: Scene) -> None:
    change = (await scene.ask(scene.supervisor())).json()
    scene.service.neighbours.down = True
    assert (await scene.key()).status_code == 503
    assert (await scene.confirm(change, scene.supervisor())).status_code == 503
    scene.service.neighbours.down = False
    assert (await scene.confirm(change, scene.supervisor())).status_code == 200
    assert (await scene.key()).status_code == 201


async def test_neither_who_set_the_password_nor_an_account_of_the_same_making_vouches(scene: Scene) -> None:
    made, renewed, honest = new_id(), new_id(), new_id()
    await scene.told(*set_by(scene.admin, made), *set_by(scene.admin, renewed, action="account.reset_otp"))
    await scene.told(*set_by(new_id(), honest))
    change = (await scene.ask(scene.supervisor())).json()
    for sub in (scene.admin, made, renewed):
        answer = await scene.confirm(change, scene.supervisor(sub))
        assert (answer.status_code, answer.json()["code"]) == (409, "supervision.no_third_person"), sub
    county = scene.hall.auth("county_admin", sub=scene.admin, divisions=["421202"])
    assert (await scene.confirm(change, county)).status_code == 409
    assert (await scene.key()).json()["code"] == UNCONFIRMED
    assert (await scene.confirm(change, scene.supervisor(honest))).status_code == 200
    assert (await scene.key()).status_code == 201


async def test_a_custodian_vouches_for_nobody_and_asks_for_itself_only(scene: Scene) -> None:
    assert (await scene.ask(scene.hall.custodian_auth(1))).status_code == 403
    change = (await scene.ask(scene.hall.custodian_auth(2))).json()
    for position in (1, 2):
        account = demo_account(f"custodian{position}.{VILLAGE}")
        posing = await scene.confirm(change, scene.supervisor(account))
        assert (posing.status_code, posing.json()["code"]) == (403, "supervision.decides_on_oneself")
    assert (await scene.ask(scene.hall.auth("clerk"))).status_code == 403
    assert (await scene.ask(scene.supervisor() | {"Authorization": "Bearer x"})).status_code == 401
    elsewhere = Hall(scene.service, village="421202104215").auth("supervisor")
    assert (await scene.ask(elsewhere)).status_code == 404


@pytest.mark.parametrize("met", [True, False])
async def test_a_successor_met_when_the_appointment_is_confirmed_needs_no_second_meeting(
    scene: Scene, *, met: bool
) -> None:
    successor = new_id()
    await scene.told(*set_by(scene.admin, successor))
    post = {"id": str(successor), "name": "李四", "role": "custodian", "title": "保管岗"}
    scene.service.neighbours.holders = [post]
    path = f"{API}/seals/{scene.hall.seal_id}/custodians/2/successor"
    admin = scene.hall.auth("county_admin", divisions=["421202"])
    body = {"account": str(successor), "resolution": RESOLUTION, "resolved_on": "2020-03-01"}
    change = (await scene.service.client.post(path, json=body, headers=admin)).json()
    if met:
        posing = await scene.confirm(change, scene.supervisor(scene.admin), in_person=True)
        assert posing.json()["code"] == "supervision.no_third_person"
    confirmed = await scene.confirm(change, scene.supervisor(), in_person=met)
    assert (confirmed.status_code, confirmed.json()["in_person"]) == (200, met)
    answer = await scene.key_of(successor)
    assert answer.status_code == (201 if met else 409), answer.text


async def test_having_met_the_one_before_says_nothing_of_the_successor(scene: Scene) -> None:
    successor = new_id()
    await scene.told(*set_by(scene.admin, successor))
    change = (await scene.ask(scene.supervisor())).json()
    assert (await scene.confirm(change, scene.supervisor())).status_code == 200
    await scene.service.linli.database.pool.execute(
        "UPDATE seal_custodian SET account = $1 WHERE seal_id = $2 AND position = 2",
        successor,
        UUID(scene.hall.seal_id),
    )
    assert (await scene.key_of(successor)).json()["code"] == UNCONFIRMED
