"""Photographs of a whistle: the resident's of the trouble, a department's of what was done. Encrypted, looked at only in scope."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, TooLarge
from linli_kernel.ids import new_id
from linli_kernel.uploads import LARGEST_FILE_BYTES, sniff
from sqlalchemy import func, insert, select

from linli_services_desk.context import Desk
from linli_services_desk.whistles.errors import NotAPhotograph, TooManyPhotos
from linli_services_desk.whistles.hand import act
from linli_services_desk.whistles.tables import whistle_photo

# From the office; the public's number is the place's own.
MOST_OF_STAFF = 20


async def add(
    tx: Tx, desk: Desk, row: Mapping[str, Any], content: bytes, *, most: int, department: str | None
) -> tuple[UUID, int]:
    """Keep a photograph and return its id and how many there are now; its type is what its bytes show."""
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge
    media_type = sniff(content)
    if media_type is None or not media_type.startswith("image/"):
        raise NotAPhotograph(errors=[FieldError("/file", NotAPhotograph.code, NotAPhotograph.zh, NotAPhotograph.en)])
    known = select(func.count()).where(
        whistle_photo.c.tenant == tx.tenant,
        whistle_photo.c.whistle_id == row["id"],
        whistle_photo.c.department.is_not_distinct_from(department),
    )
    number = await tx.scalar(known)
    if number >= most:
        raise TooManyPhotos(most=most)
    photo_id = new_id()
    await tx.execute(
        insert(whistle_photo).values(
            tenant=tx.tenant,
            id=photo_id,
            whistle_id=row["id"],
            department=department,
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=desk.vault.seal_file(content, tx.tenant, "whistle_photo", "content", photo_id),
            created_at=tx.now,
        )
    )
    tx.record(act("whistle.photograph", row, photo=str(photo_id), size=len(content)))
    return photo_id, number + 1
