"""Signed notes, checkpoints and cosignatures as C2SP writes them, Ed25519.

The text that is signed is the text that is served: nothing is normalised on the way.
Source: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linli_supervision.ledger.merkle import HASH_SIZE

ED25519 = 0x01
COSIGNATURE = 0x04
"""The type byte of a witness's key: it signs a time with the text, and never the text alone."""
_TIME_BYTES = 8
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: a later time is nobody's clock, and no calendar could show it."""
_MOST_DIGITS = 16
MAX_SIGNATURES = 64
"""The specification asks for 16 at least."""
MAX_NOTE_BYTES = 64 * 1024


class NoteError(ValueError):
    """Not a note, or no signature of a known key holds."""


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error
    # The last letter may bear bits that mean nothing: changed, they would go unnoticed.
    if base64.b64encode(raw).decode() != text:
        raise NoteError("not the one spelling of these bytes")
    return raw


def _check_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise NoteError(f"not a key name: {name!r}")
    return name


def key_id(name: str, public_key: bytes, kind: int = ED25519) -> bytes:
    """Return the four bytes SHA-256(name ‖ LF ‖ type ‖ key)[:4]."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:4]


def _cosigned(text: bytes, time: int) -> bytes:
    """Return what a witness signs."""
    return b"cosignature/v1\ntime %d\n" % time + text


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A log's key, or a witness's: the type says which."""

    name: str
    public_key: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.public_key, self.kind)

    def __str__(self) -> str:
        """The customary spelling `<name>+<id in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str, kind: int = ED25519) -> "VerifierKey":
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise NoteError("a verifier key has three parts joined by +")
        raw = _decode(parts[2])
        if len(raw) != 33 or raw[0] != kind:
            raise NoteError("not an Ed25519 key" if kind == ED25519 else "not a witness's key")
        key = cls(_check_name(parts[0]), raw[1:], kind)
        if key.id.hex() != parts[1]:
            raise NoteError("the key id does not belong to the key")
        return key

    def verify(self, text: bytes, signature: bytes) -> bool:
        if self.kind == COSIGNATURE:
            if len(signature) <= _TIME_BYTES or time_of(signature) > _LAST_SECOND:
                return False
            text, signature = _cosigned(text, time_of(signature)), signature[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
        except InvalidSignature:
            return False
        return True


def time_of(cosignature: bytes) -> int:
    """Return when a witness signed, in seconds since 1970."""
    return int.from_bytes(cosignature[:_TIME_BYTES], "big")


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

    @property
    def cosigner(self) -> VerifierKey:
        """What a witness's cosignatures are checked with."""
        return VerifierKey(self.name, self.verifier.public_key, COSIGNATURE)

    def cosign(self, text: str, time: int) -> str:
        """Return the signature line of a witness that saw this checkpoint at `time`; the caller has checked that it may."""
        signature = self.private_key.sign(_cosigned(text.encode(), time))
        return signature_line(self.cosigner, time.to_bytes(_TIME_BYTES, "big") + signature)

    def sign(self, text: str) -> str:
        """Return the complete note; `text` ends in a newline."""
        if not text.endswith("\n"):
            raise NoteError("the text does not end in a newline")
        _refuse_control_characters(text)
        return f"{text}\n{signature_line(self.verifier, self.private_key.sign(text.encode()))}"


def signature_line(key: VerifierKey, signature: bytes) -> str:
    """Return the line that a signature takes below a note."""
    return f"— {key.name} {base64.b64encode(key.id + signature).decode()}\n"


def _refuse_control_characters(text: str) -> None:
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("control characters in a note")


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note; `key_id` is what it says of itself."""

    name: str
    key_id: bytes
    signature: bytes

    def by(self, key: VerifierKey) -> bool:
        return (self.name, self.key_id) == (key.name, key.id)


def split_note(note: bytes) -> tuple[str, list[Signature]]:
    """Return text and signatures; nothing is verified yet."""
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
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("too many signatures")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _decode(encoded)
    if dash != "—" or len(raw) < 5:
        raise NoteError("not a signature line")
    return Signature(_check_name(name), raw[:4], raw[4:])


def verified(note: bytes, keys: Sequence[VerifierKey]) -> tuple[str, list[Signature]]:
    """Return the text and the signatures of known keys; unknown ones are passed over, one that does not hold is an error."""
    text, signatures = split_note(note)
    held = []
    for signature in signatures:
        key = next((key for key in keys if signature.by(key)), None)
        if key is None:
            continue
        if not key.verify(text.encode(), signature.signature):
            raise NoteError(f"the signature of {signature.name} does not hold")
        held.append(signature)
    return text, held


def open_note(note: bytes, keys: Sequence[VerifierKey]) -> str:
    """Return the text once a signature of a known key holds; unknown signatures are passed over."""
    text, held = verified(note, keys)
    if not held:
        raise NoteError("no signature of a known key")
    return text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`extension` are the lines below the root as they stand, signed like the rest; a foreign log may write others."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(
            f"{line}\n" for line in (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extension)
        )

    @property
    def link(self) -> "Link | None":
        """What it says of its time and of the one before it; None for those that say nothing of it."""
        return Link.parse(self.extension)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteError("a checkpoint has an origin, a size and a root")
        origin, size, encoded = lines[:3]
        root = _decode(encoded)
        if len(root) != HASH_SIZE:
            raise NoteError("the root is not 32 bytes")
        return cls(origin, _size(size), root, tuple(lines[3:-1]))


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS or (text != "0" and text[0] == "0"):
        raise NoteError("the size is not a number")
    return int(text)


@dataclass(frozen=True, slots=True)
class Link:
    """When a checkpoint was signed, and which one it followed: its size and the digest of its text, None for the first.

    Two extension lines of tlog-checkpoint, so the log's signature covers them: `time 2026-11-22T01:00:00.000000Z` and
    `previous 512 <SHA-256 in base64>` or `previous none`.
    """

    time: datetime
    previous: tuple[int, bytes] | None

    @classmethod
    def after(cls, before: str | None, time: datetime) -> "Link":
        """`before` is the text of the checkpoint that was the newest until now."""
        return cls(time, (Checkpoint.parse(before).size, sha256(before.encode()).digest()) if before else None)

    @property
    def lines(self) -> tuple[str, str]:
        said = "none" if self.previous is None else f"{self.previous[0]} {base64.b64encode(self.previous[1]).decode()}"
        return f"time {self.time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", f"previous {said}"

    @classmethod
    def parse(cls, lines: Sequence[str]) -> "Link | None":
        """Lines in any other spelling are another log's, or nobody's: they say nothing here."""
        if len(lines) != 2:
            return None
        try:
            time = datetime.strptime(lines[0], "time %Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
            size, _, digest = lines[1].removeprefix("previous ").partition(" ")
            link = cls(time, None if size == "none" else (_size(size), _decode(digest)))
        except ValueError:
            return None
        return link if link.lines == tuple(lines) else None


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint of the log whose origin is the key's name."""
    checkpoint = Checkpoint.parse(open_note(note, [key]))
    if checkpoint.origin != key.name:
        raise NoteError(f"a checkpoint of {checkpoint.origin}, not of {key.name}")
    return checkpoint
