"""Bodies and answers about seals and their uses."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints, model_validator

from linli_supervision.seals.paper_schemas import PaperUse, SealEnvelope

Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/_-]{1,200}={0,2}$")]
Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
UseState = Literal[
    "requested",
    "approved",
    "opening",
    "open",
    "signing",
    "present",
    "unsealed",
    "reclosed",
    "affixing",
    "sealed",
    "refused",
    "cancelled",
]
Method = Literal["signatures", "envelope"]
Authority = Literal["platform", "statutory"]
ChangeState = Literal["waiting", "confirmed", "refused"]
UseAction = Literal["approve", "refuse", "cancel", "open", "sign", "unseal", "reclose"]


class PublicJwk(ApiModel):
    """A public key as WebCrypto exports it; a private part is refused."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate
    ext: bool | None = None
    key_ops: list[Annotated[str, StringConstraints(max_length=20)]] | None = Field(None, max_length=4)


class KeyRegistration(ApiModel):
    public_key_jwk: PublicJwk
    proof: Base64 = Field(
        description="ECDSA signature (r ‖ s or DER) over `linli-custodian-key:<seal id>:<RFC 7638 thumbprint>`, base64"
    )


class KeyCertificate(ApiModel):
    seal_id: UUID
    position: int
    thumbprint: str
    serial: str
    not_after: datetime
    certificate_pem: str


class Person(ApiModel):
    id: UUID
    name: str | None


Resolution = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


class ByResolution(ApiModel):
    """The resolution that names custodians: `deliberation_id` of one that the village passed and published, or `resolution`
    and `resolved_on` of one from before the installation."""

    deliberation_id: UUID | None = None
    resolution: Resolution | None = Field(None, description="meeting and number, of one from before the installation")
    resolved_on: GivenDay | None = Field(None, description="its day; not after the county's ledger began")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        by_hand = self.resolution is not None and self.resolved_on is not None
        none_by_hand = self.resolution is None and self.resolved_on is None
        if self.deliberation_id is None and not by_hand:
            raise ValueError(
                "请选择本村通过的决议；安装之前的决议请填写文号和日期|choose a resolution, or give number and day"
            )
        if self.deliberation_id is not None and not none_by_hand:
            raise ValueError("已选择决议，文号和日期以议事记录为准|number and day are those of the chosen deliberation")
        return self


class ChoosableResolution(ApiModel):
    """A resolution that a village passed and published."""

    deliberation_id: UUID
    title: str
    number: str
    day: date


class ChoosableResolutions(ApiModel):
    items: list[ChoosableResolution]
    next_cursor: str | None


class Founding(ByResolution):
    """A new seal; as many custodians as the place's profile wants pieces, in the order of the pieces."""

    division: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
    custodians: list[UUID] = Field(min_length=2, max_length=9)
    method: Method = Field("signatures", description="envelope: a seal of rubber in a numbered envelope")
    statutory_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,40}$")] | None = Field(
        None,
        description="of a statutory e-seal: how its provider knows it; signed by the provider after all custodians",
    )


class Succession(ByResolution):
    account: UUID


class KeyLoss(ApiModel):
    reason: Literal["lost", "stolen", "damaged"]


class Confirmation(ApiModel):
    in_person: bool = Field(
        False,
        description="who confirms has met the custodians: accounts whose password somebody else set then make their first key",
    )


class Candidate(ApiModel):
    """Somebody with a custodian's post who may not approve uses."""

    id: UUID
    name: str
    title: str


class CandidateList(ApiModel):
    """What a new seal of a village can be: in how many pieces, kept how, held by whom."""

    pieces: int
    methods: list[Method]
    statutory: bool = Field(description="a provider of statutory e-seals is connected")
    items: list[Candidate]


class SealChange(ApiModel):
    """A founding, a custodian's successor, a lost key or a custodian to be met; `position` 0 is the seal as a whole."""

    id: UUID
    seal_id: UUID
    division: str
    seal_name: str
    kind: Literal["founded", "custodian", "lost", "identity"]
    position: int
    titles: list[str]
    reason: Literal["lost", "stolen", "damaged"] | None
    resolution: str | None
    deliberation_id: UUID | None = Field(
        description="that passed the resolution; none of one from before the installation"
    )
    resolved_on: date | None
    method: Method
    authority: Authority
    statutory_code: str | None
    state: ChangeState
    by: Person
    at: datetime
    decided_by: Person | None
    decided_at: datetime | None
    refusal: str | None
    in_person: bool = Field(description="who confirmed it met its custodians")
    my_actions: list[Literal["confirm", "refuse"]]
    version: int


class SealChangePage(ApiModel):
    items: list[SealChange]
    next_cursor: str | None


class CustodianState(ApiModel):
    position: int
    account: UUID
    title: str
    is_me: bool
    has_key: bool
    key_serial: str | None
    key_not_after: datetime | None
    key_lost: bool = Field(description="reported lost; waits until somebody has made sure of the custodian")
    identity_asked: bool = Field(description="waits for a third person to meet the custodian")


class SealBrief(ApiModel):
    id: UUID
    division: str
    name: str
    pieces: int
    opening_minutes: int
    profile: str
    custodians: list[CustodianState]
    my_position: int | None
    method: Method
    authority: Authority = Field(description="the platform's own seal, or one registered by law with a provider")
    statutory_code: str | None
    reclose_minutes: int = Field(description="of a seal of rubber: how long it may be out of its envelope")
    envelope: SealEnvelope | None = Field(description="of a seal of rubber")
    version: int


class SealList(ApiModel):
    items: list[SealBrief]
    next_cursor: str | None = None


class UseRequest(ApiModel):
    case_id: UUID
    document_id: UUID
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Refusal(ApiModel):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Signature(ApiModel):
    signature: Base64 = Field(description="ECDSA P-256 over the bytes of `to-be-signed`, r ‖ s or DER, base64")


class ToBeSigned(ApiModel):
    position: int
    round: int
    data: str = Field(description="the bytes to sign with SHA-256 (DER of the signed attributes), base64")
    digest: str = Field(description="SHA-256 of these bytes, hexadecimal")
    document_digest: str = Field(description="SHA-256 of the document they commit to, hexadecimal")
    key_thumbprint: str
    closes_at: datetime


class UseCustodian(ApiModel):
    position: int
    title: str
    is_me: bool
    opened_at: datetime | None
    signed_at: datetime | None


class Refuser(ApiModel):
    """`position` is the custodian's piece; none when whoever could approve refused."""

    account: UUID | None
    role: str
    position: int | None


class SealUse(ApiModel):
    """`next_position` is the piece whose turn it is to sign; `my_actions` is what you may do now."""

    id: UUID
    seal_id: UUID
    seal_name: str
    division: str
    case_id: UUID | None = Field(
        description="none when a seal of rubber was asked for documents of no or several cases"
    )
    document_id: UUID = Field(
        description="of a seal of rubber: the use itself, whose document is its request or record"
    )
    document_sha256: str
    purpose: str
    method: Method
    authority: Authority
    state: UseState
    round: int
    requester: Person
    approver: Person | None
    requested_at: datetime
    approved_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    refused_by: Refuser | None = Field(description="as the ledger says it, moments after the refusal")
    sealed_sha256: str | None
    custodians: list[UseCustodian]
    next_position: int | None
    my_position: int | None
    my_actions: list[UseAction]
    paper: PaperUse | None = Field(description="of a seal of rubber")
    version: int


class SealUsePage(ApiModel):
    items: list[SealUse]
    next_cursor: str | None
