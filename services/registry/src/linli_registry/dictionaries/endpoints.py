"""The code tables of the national standards."""

from typing import Annotated

from fastapi import Depends, Response
from linli_kernel.codes.dictionaries import NAMES, dictionary
from linli_kernel.errors import NotFound
from linli_kernel.http import ApiModel, ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require

from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1/dictionaries", tags=["dictionaries"])


class EntryView(ApiModel):
    code: str
    zh: str
    en: str


class DictionaryView(ApiModel):
    """`checked` tells whether the words were compared with the published standard."""

    name: str
    standard: str
    checked: bool
    zh: str
    en: str
    entries: list[EntryView]


@router.get("/{name}", response_model=DictionaryView)
async def get_dictionary(
    name: str, viewer: Annotated[Viewer, Depends(require(POLICY, Permission.DICTIONARY_READ))]
) -> Response:
    """One table: relation, sex, marriage, education, political_status or ethnic_group."""
    if name not in NAMES:
        raise NotFound
    table = dictionary(name)
    entries = [{"code": entry.code, "zh": entry.zh, "en": entry.en} for entry in table.entries]
    shown = {"name": name, "standard": table.standard, "checked": table.checked, "zh": table.zh, "en": table.en}
    return fast_json({**shown, "entries": entries}, headers={"Cache-Control": "private, max-age=3600"})
