"""Encryption of single values under a ring of keys, and the keyed index that finds them again.

A stored value names its key and is bound to its tenant, table, column and row: moved to another place it does not open.
The ring is JSON from the settings: ``{"active": "k1", "keys": {"k1": base64}, "index": base64}``, optionally with
``"algorithm": "sm4-gcm"``. Keys have 32 bytes (SM4: 16). A key may also be ``{"key": base64, "algorithm": …}`` while a
ring moves from one algorithm to the other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

_VERSION = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_INDEX_KEY_BYTES = 32
_HASH_BLOCK_BYTES = 64


class Algorithm(StrEnum):
    """``SM4_GCM`` is for places that ask for national algorithms; its index is HMAC-SM3."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"

    @property
    def key_bytes(self) -> int:
        return 32 if self is Algorithm.AES_256_GCM else 16


class KeyRingError(ValueError):
    """The ring in the settings is unusable. The text never contains a key."""


class DecryptionError(Exception):
    """The value was changed, belongs to another place, or its key is not on the ring."""


class _Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class _Sm4Gcm:
    """The interface of ``AESGCM`` over SM4."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        text, tag = data[:-_TAG_BYTES], data[-_TAG_BYTES:]
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(text) + decryptor.finalize()


class KeyRing:
    """Encrypts under the active key, decrypts under any key of the ring, and computes look-up hashes.

    A stored value is ``version 1 byte | length of key id 1 byte | key id | nonce 12 | ciphertext and tag``.
    """

    def __init__(
        self,
        *,
        active: str,
        keys: dict[str, tuple[Algorithm, bytes]],
        index: bytes,
        index_algorithm: Algorithm = Algorithm.AES_256_GCM,
    ) -> None:
        if active not in keys:
            raise KeyRingError("the active key is not on the ring")
        if len(index) < _INDEX_KEY_BYTES:
            raise KeyRingError("the index key needs 32 bytes")
        if index in {key for _, key in keys.values()}:
            raise KeyRingError("the index key must differ from the encryption keys")
        self.active = active
        self.key_ids = tuple(keys)
        self._ciphers = {key_id: _cipher(key_id, algorithm, key) for key_id, (algorithm, key) in keys.items()}
        self._headers = {key_id: _header(key_id) for key_id in keys}
        self._active_cipher = self._ciphers[active]
        self._active_header = self._headers[active]
        # The key is worked in once: a hash then costs a fifth of a whole HMAC.
        self._inner, self._outer = (hashlib.sha256(bytes(b ^ pad for b in _block(index))) for pad in (0x36, 0x5C))
        self._index_key = index
        self._index_with_sm3 = index_algorithm is Algorithm.SM4_GCM

    @property
    def national(self) -> bool:
        """Whether what is written and looked up goes by SM4 and SM3."""
        return self._index_with_sm3 and isinstance(self._active_cipher, _Sm4Gcm)

    def __repr__(self) -> str:
        return f"KeyRing(active={self.active!r}, keys={list(self.key_ids)})"

    @classmethod
    def from_json(cls, text: str) -> KeyRing:
        """Read the ring from the settings, or raise ``KeyRingError``."""
        try:
            raw: dict[str, Any] = json.loads(text)
            default = Algorithm(raw.get("algorithm", Algorithm.AES_256_GCM))
            keys = {key_id: _key_entry(entry, default) for key_id, entry in raw["keys"].items()}
            index = base64.b64decode(raw["index"], validate=True)
            active = raw["active"]
        except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
            raise KeyRingError(f"the key ring is malformed ({type(error).__name__})") from None
        return cls(active=active, keys=keys, index=index, index_algorithm=default)

    @staticmethod
    def generate(algorithm: Algorithm = Algorithm.AES_256_GCM, *, key_id: str = "k1") -> str:
        """Return the JSON of a new ring with one random key."""
        return json.dumps(
            {
                "active": key_id,
                "algorithm": algorithm.value,
                "keys": {key_id: base64.b64encode(os.urandom(algorithm.key_bytes)).decode()},
                "index": base64.b64encode(os.urandom(_INDEX_KEY_BYTES)).decode(),
            }
        )

    def encrypt(self, value: str, *, tenant: str, table: str, column: str, row: UUID | str) -> bytes:
        """Return the value encrypted under the active key, bound to where it will be stored."""
        return self.encrypt_bytes(value.encode(), tenant=tenant, table=table, column=column, row=row)

    def encrypt_bytes(self, value: bytes, *, tenant: str, table: str, column: str, row: UUID | str) -> bytes:
        """Like ``encrypt`` for content that is no text: a photograph, a PDF."""
        nonce = os.urandom(_NONCE_BYTES)
        place = f"{tenant}|{table}|{column}|{row}".encode()
        return self._active_header + nonce + self._active_cipher.encrypt(nonce, value, place)

    def decrypt(self, stored: bytes, *, tenant: str, table: str, column: str, row: UUID | str) -> str:
        """Return the value, or raise ``DecryptionError``."""
        return self.decrypt_bytes(stored, tenant=tenant, table=table, column=column, row=row).decode()

    def decrypt_bytes(self, stored: bytes, *, tenant: str, table: str, column: str, row: UUID | str) -> bytes:
        """Return the content, or raise ``DecryptionError``."""
        key_id, start = _read_header(stored)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise DecryptionError("the key of the value is not on the ring")
        body = start + _NONCE_BYTES
        if len(stored) < body + _TAG_BYTES:
            raise DecryptionError("the value is too short")
        place = f"{tenant}|{table}|{column}|{row}".encode()
        try:
            return cipher.decrypt(stored[start:body], stored[body:], place)
        except InvalidTag:
            raise DecryptionError("the value was changed or belongs to another place") from None

    def index(self, kind: str, value: str) -> bytes:
        """Return the 32-byte look-up hash of a normalised value.

        ``kind`` (``identity_number``, ``phone``) keeps equal digits of different columns apart. The tenant is no part
        of it on purpose: the same person is recognised in two counties of a prefecture.
        """
        message = f"{kind}|{value}".encode()
        if not self._index_with_sm3:
            inner, outer = self._inner.copy(), self._outer.copy()
            inner.update(message)
            outer.update(inner.digest())
            return outer.digest()
        mac = HMAC(self._index_key, hashes.SM3())
        mac.update(message)
        return mac.finalize()

    @property
    def active_header(self) -> bytes:
        """How every value begins that is under the active key."""
        return self._active_header

    def needs_rotation(self, stored: bytes) -> bool:
        """Whether the value is under another key than the active one."""
        return not stored.startswith(self._active_header)

    def rotate(self, stored: bytes, *, tenant: str, table: str, column: str, row: UUID | str) -> bytes:
        """Return the value under the active key; one already there is returned as it is, so a job may run twice."""
        if not self.needs_rotation(stored):
            return stored
        value = self.decrypt_bytes(stored, tenant=tenant, table=table, column=column, row=row)
        return self.encrypt_bytes(value, tenant=tenant, table=table, column=column, row=row)


def _block(key: bytes) -> bytes:
    """Return the key as HMAC takes it in: RFC 2104."""
    return (hashlib.sha256(key).digest() if len(key) > _HASH_BLOCK_BYTES else key).ljust(_HASH_BLOCK_BYTES, b"\0")


def key_id_of(stored: bytes) -> str:
    """Return which key a stored value is under."""
    return _read_header(stored)[0]


def _key_entry(entry: object, default: Algorithm) -> tuple[Algorithm, bytes]:
    if isinstance(entry, dict):
        return Algorithm(entry.get("algorithm", default)), base64.b64decode(entry["key"], validate=True)
    if not isinstance(entry, str):
        raise TypeError("a key is base64 text")
    return default, base64.b64decode(entry, validate=True)


def _cipher(key_id: str, algorithm: Algorithm, key: bytes) -> _Cipher:
    if len(key) != algorithm.key_bytes:
        raise KeyRingError(f"key {key_id!r} needs {algorithm.key_bytes} bytes for {algorithm}")
    return AESGCM(key) if algorithm is Algorithm.AES_256_GCM else _Sm4Gcm(key)


def _header(key_id: str) -> bytes:
    encoded = key_id.encode()
    if not 0 < len(encoded) < 256:
        raise KeyRingError("a key id has 1 to 255 bytes")
    return bytes((_VERSION, len(encoded))) + encoded


def _read_header(stored: bytes) -> tuple[str, int]:
    if len(stored) < 2 or stored[0] != _VERSION:
        raise DecryptionError("the value is not in a known form")
    end = 2 + stored[1]
    try:
        return bytes(stored[2:end]).decode(), end
    except UnicodeDecodeError:
        raise DecryptionError("the value is not in a known form") from None
