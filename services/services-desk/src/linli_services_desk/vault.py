"""What the desk encrypts: its copies of people's data, bound to the row and column that hold them."""

from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.privacy import KeyRing

HASH_DIGITS = 24
"""Enough to tell the devices of a county apart (2⁹⁶), short enough for every act."""


def name_of_device(index: bytes) -> str:
    """How a device stands in acts and events: a keyed hash that leads nowhere."""
    return index.hex()[:HASH_DIGITS]


class Vault:
    """Seals JSON, text and files for one table's columns."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, value: object, tenant: str, table: str, column: str, row: UUID) -> bytes:
        return self._ring.encrypt_bytes(msgspec.json.encode(value), tenant=tenant, table=table, column=column, row=row)

    def open(self, stored: bytes, tenant: str, table: str, column: str, row: UUID) -> Any:
        return msgspec.json.decode(self._ring.decrypt_bytes(stored, tenant=tenant, table=table, column=column, row=row))

    def seal_file(self, content: bytes, tenant: str, table: str, column: str, row: UUID) -> bytes:
        return self._ring.encrypt_bytes(content, tenant=tenant, table=table, column=column, row=row)

    def open_file(self, stored: bytes, tenant: str, table: str, column: str, row: UUID) -> bytes:
        return self._ring.decrypt_bytes(stored, tenant=tenant, table=table, column=column, row=row)

    def name_index(self, name: str) -> bytes:
        """Exact look-up of an applicant's name without storing it in clear."""
        return self._ring.index("applicant_name", "".join(name.split()))

    def phone_index(self, phone: str) -> bytes:
        """Count what comes from one phone without storing its number in clear."""
        return self._ring.index("phone", phone)

    def question_index(self, question: UUID) -> bytes:
        """Recognises a question that somebody waits for without saying which one it is."""
        return self._ring.index("question", str(question))

    def evaluation_code(self, tenant: str, case_id: UUID) -> bytes:
        """The secret that only the applicant is sent; without the key ring nobody can work it out."""
        return self._ring.index("evaluation_code", f"{tenant}/{case_id}")

    def device_index(self, device: str) -> bytes:
        """Recognises the device of a rating without saying which one it is."""
        return self._ring.index("device", device)

    def device_name(self, device: str) -> str:
        """The same as it stands in acts and events: a rating from the device of a member of staff is noticed by it."""
        return name_of_device(self.device_index(device))
