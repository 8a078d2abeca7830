"""Files that staff attach to a disclosure or a deliberation: their type is what their bytes show, their name passes the gate,
pictures and PDFs lose what a camera or a program wrote beside them. What everybody will read holds no number of a person in
its text; what a scanned page shows only people can see.
"""

import asyncio
import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Any

from linli_kernel.errors import FieldError, Invalid, TooLarge
from linli_kernel.privacy.numbers import Kind, kinds_in
from linli_kernel.profile import Profile
from linli_kernel.uploads import LARGEST_FILE_BYTES, sniff

from linli_supervision.disclosures.personal import fit
from linli_supervision.pdf_files import NotReadable, pages_of
from linli_supervision.pictures import NotAPicture, bare

LONGEST_FILE_NAME = 120
MOST_NAMED = 20
"""Pages that are named where something was found on them."""


class NotTaken(Invalid):
    code = "supervision.disclosure_file"
    zh = "只接受 PDF 和图片（JPEG、PNG、WebP）"
    en = "Only PDF and pictures (JPEG, PNG, WebP) are taken"


class PdfNotReadable(Invalid):
    code = "supervision.disclosure_pdf"
    zh = "PDF 打不开：可能已损坏、设有密码，或超过 300 页"
    en = "The PDF cannot be opened: it is broken, has a password, or more than 300 pages"


class PersonalDataInFile(Invalid):
    code = "supervision.disclosure_file_personal_data"
    zh = "附件含有公民身份号码、手机号或银行账号，不能公开；请遮盖后重新添加"
    en = "There are identity numbers, phones or bank accounts in the file; cover them and attach it again"


async def kept(profile: Profile, name: str, body: bytes, *, for_everybody: bool = False) -> dict[str, Any]:
    """Return the columns of a file as it may be kept; raises NotTaken, PdfNotReadable, TooLarge, or PersonalDataInFile where
    everybody will read it."""
    if len(body) > LARGEST_FILE_BYTES:
        raise TooLarge
    media_type = sniff(body)
    if media_type is None or media_type == "image/heic":
        raise _refused(NotTaken)
    if media_type == "application/pdf":
        body = await _bare_pdf(body, for_everybody=for_everybody)
    else:
        try:
            body = await asyncio.to_thread(bare, body, media_type)
        except NotAPicture as error:
            raise _refused(NotTaken) from error
    return {
        "name": fit(profile, mask=True, file=_bare_name(name))["file"][-LONGEST_FILE_NAME:] or "file",
        "media_type": media_type,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "content": body,
    }


def _bare_name(name: str) -> str:
    """Without folders, and without what is not seen: it turns names around on a reader's screen, or ends lines."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if not unicodedata.category(sign).startswith("C")).strip()


async def _bare_pdf(body: bytes, *, for_everybody: bool) -> bytes:
    try:
        pages = await asyncio.to_thread(pages_of, body)
    except NotReadable as error:
        raise _refused(PdfNotReadable) from error
    found = await asyncio.to_thread(_numbers_on, pages.texts)
    if found and for_everybody:
        raise PersonalDataInFile(errors=[_on_pages(kind, numbers) for kind, numbers in found.items()])
    return pages.content


def _numbers_on(texts: Sequence[str]) -> dict[Kind, list[int]]:
    """Return which pages hold which kinds of numbers; a year's accounts take some seconds."""
    found: dict[Kind, list[int]] = {}
    for number, text in enumerate(texts, start=1):
        for kind in kinds_in(text):
            found.setdefault(kind, []).append(number)
    return found


def _on_pages(kind: Kind, pages: Sequence[int]) -> FieldError:
    named = [str(number) for number in pages[:MOST_NAMED]]
    zh = f"附件第 {'、'.join(named)} 页含有{kind.zh}，请遮盖后重新添加"
    return FieldError(
        "/file", kind.found, zh, f"There is {kind.en} on page {', '.join(named)}: cover it, attach it again"
    )


def _refused(error: type[Invalid]) -> Invalid:
    return error(errors=[FieldError("/file", error.code, error.zh, error.en)])
