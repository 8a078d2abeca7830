"""Steps of a seal use for the tests, done over the API as screens do them."""

import base64
from typing import Any
from uuid import UUID

import httpx
from linli_supervision.commands import demo_account

from tests.supervision.conftest import Service
from tests.supervision.people import Custodian

VILLAGE = "421202104221"
OFFICIAL = demo_account(f"village_official.{VILLAGE}")
CLERK = demo_account(f"clerk.{VILLAGE}")
API = "/api/supervision/v1"


class Hall:
    """The people around the seal of one village."""

    def __init__(self, service: Service, village: str = VILLAGE, pieces: int = 3) -> None:
        self.service = service
        self.village = village
        self.tenant = village[:6]
        self.custodians = [Custodian() for _ in range(pieces)]
        self.seal_id = ""

    def auth(self, role: str, **claims: Any) -> dict[str, str]:
        names = {"sub": demo_account(f"{role}.{self.village}"), "tenant": self.tenant, "divisions": [self.village]}
        return self.service.auth(role, **(names | claims))

    def custodian_auth(self, position: int) -> dict[str, str]:
        return self.auth("custodian", sub=demo_account(f"custodian{position}.{self.village}"))

    async def find_seal(self) -> dict[str, Any]:
        answer = await self.service.client.get(f"{API}/seals", headers=self.auth("clerk"))
        seal: dict[str, Any] = next(one for one in answer.json()["items"] if one["method"] == "signatures")
        self.seal_id = seal["id"]
        return seal

    async def register(self, position: int) -> httpx.Response:
        custodian = self.custodians[position - 1]
        proof = base64.b64encode(custodian.prove(self.seal_id)).decode()
        return await self.service.client.post(
            f"{API}/seals/{self.seal_id}/custodians/me/key",
            json={"public_key_jwk": custodian.jwk, "proof": proof},
            headers=self.custodian_auth(position),
        )

    async def register_all(self) -> None:
        await self.find_seal()
        for position in range(1, len(self.custodians) + 1):
            answer = await self.register(position)
            assert answer.status_code == 201, answer.text

    async def request(self, **body: Any) -> httpx.Response:
        case_id, document_id = self.service.neighbours.put_document()
        wanted = {"case_id": str(case_id), "document_id": str(document_id), "purpose": "居住情况证明"} | body
        return await self.service.client.post(
            f"{API}/seals/{self.seal_id}/uses", json=wanted, headers=self.auth("clerk")
        )

    async def post(
        self, use: str, command: str, headers: dict[str, str], version: int | None = None, **body: Any
    ) -> httpx.Response:
        if version is not None:
            headers = headers | {"If-Match": f'"{version}"'}
        content = body or None
        return await self.service.client.post(f"{API}/uses/{use}/{command}", json=content, headers=headers)

    async def approved(self) -> str:
        """A use that waits for its opening."""
        await self.register_all()
        requested = await self.request()
        assert requested.status_code == 201, requested.text
        use: str = requested.json()["id"]
        answer = await self.post(use, "approve", self.auth("village_official"), requested.json()["version"])
        assert answer.status_code == 200, answer.text
        return use

    async def opened(self) -> str:
        use = await self.approved()
        for position in range(1, len(self.custodians) + 1):
            answer = await self.post(use, "open", self.custodian_auth(position))
            assert answer.status_code == 200, answer.text
        return use

    async def sign(self, use: str, position: int, *, der: bool = False) -> httpx.Response:
        headers = self.custodian_auth(position)
        ready = await self.service.client.get(f"{API}/uses/{use}/to-be-signed", headers=headers)
        if ready.status_code != 200:
            return ready
        data = base64.b64decode(ready.json()["data"])
        custodian = self.custodians[position - 1]
        signature = custodian.sign_der(data) if der else custodian.sign(data)
        return await self.post(use, "sign", headers, signature=base64.b64encode(signature).decode())

    async def sealed(self) -> str:
        use = await self.opened()
        for position in range(1, len(self.custodians) + 1):
            answer = await self.sign(use, position, der=position == 2)
            assert answer.status_code == 200, answer.text
        return use

    async def state(self, use: str, role: str = "clerk") -> dict[str, Any]:
        answer = await self.service.client.get(f"{API}/uses/{use}", headers=self.auth(role))
        body: dict[str, Any] = answer.json()
        return body

    async def internal_document(self, use: str | UUID) -> httpx.Response:
        return await self.service.client.get(
            f"/internal/v1/seal-uses/{use}/document",
            headers=self.service.auth("service") | {"X-Linli-Tenant": self.tenant},
        )
