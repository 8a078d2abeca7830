"""Signed notes and checkpoints as C2SP writes them, Ed25519.

The text that is signed is the text that is served: nothing is normalised on the way.
Source: c2sp.org/signed-note, c2sp.org/tlog-checkpoint.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linli_supervision.ledger.merkle import HASH_SIZE

ED25519 = 0x01
MAX_SIGNATURES = 64
"""The specification asks for 16 at least."""
MAX_NOTE_BYTES = 64 * 1024


class NoteError(ValueError):
    """Not a note, or no signature of a known key holds."""


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error


def _check_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise NoteError(f"not a key name: {name!r}")
    return name


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes SHA-256(name ‖ LF ‖ 0x01 ‖ key)[:4]."""
    return sha256(name.encode() + b"\n" + bytes([ED25519]) + public_key).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.public_key)

    def __str__(self) -> str:
        """The customary spelling `<name>+<id in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([ED25519]) + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise NoteError("a verifier key has three parts joined by +")
        raw = _decode(parts[2])
        if len(raw) != 33 or raw[0] != ED25519:
            raise NoteError("not an Ed25519 key")
        key = cls(_check_name(parts[0]), raw[1:])
        if key.id.hex() != parts[1]:
            raise NoteError("the key id does not belong to the key")
        return key

    def verify(self, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    name: str
    private_key: Ed25519PrivateKey

    @classmethod
    def create(cls, name: str) -> "SigningKey":
        return cls(_check_name(name), Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "SigningKey":
        return cls(_check_name(name), Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        return self.private_key.private_bytes_raw()

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.private_key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the complete note; `text` ends in a newline."""
        if not text.endswith("\n"):
            raise NoteError("the text does not end in a newline")
        _refuse_control_characters(text)
        signature = self.verifier.id + self.private_key.sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(signature).decode()}\n"


def _refuse_control_characters(text: str) -> None:
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("control characters in a note")


def open_note(note: bytes, keys: Sequence[VerifierKey]) -> str:
    """Return the text once a signature of a known key holds; unknown signatures are passed over."""
    if len(note) > MAX_NOTE_BYTES:
        raise NoteError("the note is too long")
    try:
        decoded = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("not UTF-8") from error
    _refuse_control_characters(decoded)
    text, separator, block = decoded.rpartition("\n\n")
    if not separator or not block.endswith("\n"):
        raise NoteError("no signatures")
    text += "\n"
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("too many signatures")
    known = {(key.name, key.id): key for key in keys}
    held = False
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        raw = _decode(encoded)
        if dash != "—" or len(raw) < 5:
            raise NoteError("not a signature line")
        key = known.get((_check_name(name), raw[:4]))
        if key is None:
            continue
        if not key.verify(text.encode(), raw[4:]):
            raise NoteError(f"the signature of {name} does not hold")
        held = True
    if not held:
        raise NoteError("no signature of a known key")
    return text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteError("a checkpoint has an origin, a size and a root")
        origin, size, encoded = lines[:3]
        if not (size.isascii() and size.isdigit()) or (size != "0" and size[0] == "0"):
            raise NoteError("the size is not a number")
        root = _decode(encoded)
        if len(root) != HASH_SIZE:
            raise NoteError("the root is not 32 bytes")
        return cls(origin, int(size), root)


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint of the log whose origin is the key's name."""
    checkpoint = Checkpoint.parse(open_note(note, [key]))
    if checkpoint.origin != key.name:
        raise NoteError(f"a checkpoint of {checkpoint.origin}, not of {key.name}")
    return checkpoint
