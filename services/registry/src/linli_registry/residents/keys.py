"""How a resident's numbers are encrypted and found: one place for the columns' names and the kinds of index.

A canonical 18-digit number and its old 15-digit form give the same index, so either finds the person.
"""

from uuid import UUID

from linli_kernel.privacy import KeyRing

ENCRYPTED = ("identity_number", "phone", "bank_account")


class ResidentKeys:
    """Encrypts, opens and indexes the values of one tenant's residents."""

    def __init__(self, keyring: KeyRing, tenant: str) -> None:
        self._ring, self._tenant = keyring, tenant
        self._tails: dict[str, bytes] = {}

    def encrypt(self, column: str, value: str, resident: UUID | str) -> bytes:
        return self._ring.encrypt(value, tenant=self._tenant, table="resident", column=column, row=str(resident))

    def open(self, column: str, stored: bytes | None, resident: UUID | str) -> str | None:
        if stored is None:
            return None
        return self._ring.decrypt(stored, tenant=self._tenant, table="resident", column=column, row=str(resident))

    def seal(self, text: str, line: UUID | str) -> bytes:
        """Encrypt what a line of history keeps of encrypted fields."""
        return self._ring.encrypt(text, tenant=self._tenant, table="resident_history", column="sealed", row=str(line))

    def unseal(self, stored: bytes, line: UUID | str) -> str:
        return self._ring.decrypt(stored, tenant=self._tenant, table="resident_history", column="sealed", row=str(line))

    def seal_phone(self, phone: str, row: UUID | str) -> bytes:
        """Encrypt a further phone under its own row."""
        return self._ring.encrypt(phone, tenant=self._tenant, table="further_phone", column="phone", row=str(row))

    def open_phone(self, stored: bytes, row: UUID | str) -> str:
        return self._ring.decrypt(stored, tenant=self._tenant, table="further_phone", column="phone", row=str(row))

    def seal_office_phone(self, phone: str, row: UUID | str) -> bytes:
        """Encrypt the phone of somebody who looks after a grid."""
        return self._ring.encrypt(phone, tenant=self._tenant, table="grid_person", column="phone", row=str(row))

    def open_office_phone(self, stored: bytes, row: UUID | str) -> str:
        return self._ring.decrypt(stored, tenant=self._tenant, table="grid_person", column="phone", row=str(row))

    def number_index(self, canonical: str) -> bytes:
        return self._ring.index("identity_number", canonical)

    def phone_index(self, phone: str) -> bytes:
        return self._ring.index("phone", phone)

    def tail_index(self, tail: str) -> bytes:
        """Only 11,000 values exist, so that bulk work remembers them."""
        known = self._tails.get(tail)
        if known is None:
            known = self._tails[tail] = self._ring.index("identity_tail", tail)
        return known
