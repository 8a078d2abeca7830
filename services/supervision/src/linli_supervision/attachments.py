"""Files that staff attach to a disclosure or a deliberation: their type is what their bytes show, their name passes the gate, and
pictures lose what a camera wrote beside them."""

import asyncio
import hashlib
from typing import Any

from linli_kernel.errors import FieldError, Invalid, TooLarge
from linli_kernel.profile import Profile
from linli_kernel.uploads import LARGEST_FILE_BYTES, sniff

from linli_supervision.disclosures.personal import fit
from linli_supervision.pictures import NotAPicture, bare

LONGEST_FILE_NAME = 120


class NotTaken(Invalid):
    code = "supervision.disclosure_file"
    zh = "只接受 PDF 和图片（JPEG、PNG、WebP）"
    en = "Only PDF and pictures (JPEG, PNG, WebP) are taken"


async def kept(profile: Profile, name: str, body: bytes) -> dict[str, Any]:
    """Return the columns of a file as it may be kept; raises NotTaken or TooLarge."""
    if len(body) > LARGEST_FILE_BYTES:
        raise TooLarge
    media_type = sniff(body)
    if media_type is None or media_type == "image/heic":
        raise _not_taken()
    if media_type != "application/pdf":
        try:
            body = await asyncio.to_thread(bare, body, media_type)
        except NotAPicture as error:
            raise _not_taken() from error
    return {
        "name": fit(profile, mask=True, file=name)["file"][-LONGEST_FILE_NAME:] or "file",
        "media_type": media_type,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "content": body,
    }


def _not_taken() -> NotTaken:
    return NotTaken(errors=[FieldError("/file", NotTaken.code, NotTaken.zh, NotTaken.en)])
