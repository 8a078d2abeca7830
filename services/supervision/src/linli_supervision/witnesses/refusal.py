"""What a witness says when it will not sign: a note of its own, with both checkpoints as evidence.

Both bear the log's signature, so anybody can see that there are two histories; the witness's word is not needed for it.
"""

import base64
from dataclasses import dataclass
from enum import StrEnum

from linli_supervision.ledger.note import NoteError, SigningKey, VerifierKey, open_note

HEAD = "linli-witness-refusal/v1"


class Reason(StrEnum):
    """Why a witness does not sign."""

    FORKED = "forked"  # what is served does not contain what was seen before
    SHRUNK = "shrunk"  # what is served is shorter than what was seen before
    UNSIGNED = "unsigned"  # what is served does not bear the log's signature


@dataclass(frozen=True, slots=True)
class Refusal:
    """The two notes as they were served, byte for byte."""

    origin: str
    reason: Reason
    remembered: bytes
    served: bytes

    @property
    def text(self) -> str:
        notes = (base64.b64encode(note).decode() or "-" for note in (self.remembered, self.served))
        return "\n".join((HEAD, self.origin, self.reason.value, *notes)) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Refusal":
        lines = text.split("\n")
        if len(lines) != 6 or lines[0] != HEAD or lines[5]:
            raise NoteError("not a refusal")
        try:
            reason = Reason(lines[2])
            remembered, served = (b"" if line == "-" else base64.b64decode(line, validate=True) for line in lines[3:5])
        except ValueError as error:
            raise NoteError("not a refusal") from error
        return cls(lines[1], reason, remembered, served)


def sign(refusal: Refusal, key: SigningKey) -> str:
    return key.sign(refusal.text)


def opened(note: bytes, witnesses: list[VerifierKey]) -> tuple[Refusal, str]:
    """Return a refusal and the name of the witness that signed it; raises NoteError."""
    for cosigner in witnesses:
        try:
            # A witness signs its refusals as ordinary notes with the same key: the head keeps the two apart.
            text = open_note(note, [VerifierKey(cosigner.name, cosigner.public_key)])
        except NoteError:
            continue
        return Refusal.parse(text), cosigner.name
    raise NoteError("no signature of a known witness")
