"""What the API says about matters."""

from typing import Any, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field


class Refusal(ApiModel):
    """Why a village does not issue this certificate, and who does."""

    issuer: str
    issuer_en: str
    basis: str


class MatterBrief(ApiModel):
    """One line of the catalogue. `refused` entries cannot be applied for here; `guide` entries have no form yet."""

    id: UUID
    code: str
    name: str
    category: str
    category_name: str
    type: str
    department: str
    state: Literal["published", "guide", "refused"]
    sample: bool
    result_kind: str
    seal: bool
    limit: str
    refused: Refusal | None = None


class MatterList(ApiModel):
    items: list[MatterBrief]
    next_cursor: str | None


class CategoryCount(ApiModel):
    """A window category of the place, and how many matters of it can be applied for."""

    code: str
    name: str
    name_en: str
    matters: int


class CategoryList(ApiModel):
    items: list[CategoryCount]


class LegalBasis(ApiModel):
    title: str
    article: str | None = None
    law_ref: str | None = None
    valid_from: GivenDay | None = None


class MaterialFacts(ApiModel):
    """A material. `original`: kept or only checked; `paper`: the kind under which a copy is reused."""

    id: str
    name: str
    name_en: str = ""
    source: str = "applicant"
    form: Literal["paper", "electronic", "both"] = "both"
    copies: int = 1
    required: bool = True
    original: Literal["kept", "checked"] = "checked"
    deferrable: bool = False
    paper: str | None = None
    sample: str = ""


class StepFacts(ApiModel):
    key: str
    name: str
    name_en: str
    kind: str
    role: str
    level: str
    department: str = ""
    after: list[str]


class Matter(MatterBrief):
    """The published version with everything that a form, a guide page and a clerk need."""

    name_en: str = ""
    version: int
    legal_basis: list[LegalBasis]
    level: str
    service_object: str
    handling: str
    limits: dict[str, Any]
    conditions: str
    procedure: str
    visits: int | None
    fee: dict[str, Any]
    place: str
    hours: str
    result: dict[str, Any]
    cross_area: str | None = None
    online_depth: int | None = None
    entrusted: list[str] = Field(default_factory=list)
    form_schema: dict[str, Any]
    form_order: list[str]
    materials: list[MaterialFacts]
    steps: list[StepFacts]


class JobTicket(ApiModel):
    """A long work that goes on by itself: follow it at `href`, which is the `Location`, too."""

    id: UUID
    href: str
