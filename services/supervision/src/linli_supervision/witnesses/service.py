"""Taking what witnesses send, and putting together what is shown of them.

A cosignature is stored only for a checkpoint that this log itself signed. A checkpoint with the log's signature that this
log does not have is evidence of a second history: it is never stored as a cosignature and always raises an alarm.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from linli_kernel.database import Tx
from linli_kernel.events import Act

from linli_supervision.alarms import repository as alarms
from linli_supervision.alarms.domain import AlarmKind
from linli_supervision.ledger.errors import LogNotFound
from linli_supervision.ledger.note import (
    COSIGNATURE,
    Checkpoint,
    NoteError,
    VerifierKey,
    open_checkpoint,
    split_note,
    time_of,
    verified,
)
from linli_supervision.ledger.reader import line_of, text_of
from linli_supervision.rows import Row
from linli_supervision.witnesses import refusal, repository
from linli_supervision.witnesses.domain import Witness, is_silent
from linli_supervision.witnesses.errors import NotOurCheckpoint, UnknownWitness, WitnessRegistered
from linli_supervision.witnesses.refusal import Reason

ALARM_OF = {
    Reason.FORKED: AlarmKind.SPLIT_VIEW,
    Reason.SHRUNK: AlarmKind.SHRUNK,
    Reason.UNSIGNED: AlarmKind.UNSIGNED,
}


async def _keys(tx: Tx, tenant: str) -> list[VerifierKey]:
    return [VerifierKey.parse(row["key"], COSIGNATURE) for row in await repository.keys(tx, tenant)]


async def _own_checkpoint(tx: Tx, tenant: str, note: bytes) -> Checkpoint:
    row = await repository.log_key(tx, tenant)
    if row is None:
        raise LogNotFound()
    try:
        return open_checkpoint(note, VerifierKey(row["name"], bytes(row["public_key"])))
    except NoteError as error:
        raise NotOurCheckpoint() from error


async def take(tx: Tx, tenant: str, note: bytes) -> bool:
    """Store the cosignatures under a note of this log; False when the log never signed this checkpoint as its own.

    Then the alarm is what the transaction leaves, so the caller must not raise.
    """
    checkpoint = await _own_checkpoint(tx, tenant, note)
    try:
        text, held = verified(note, await _keys(tx, tenant))
    except NoteError as error:
        raise UnknownWitness() from error
    if not held:
        raise UnknownWitness()
    # To the letter: a cosignature holds for one text only, and signing a size at two times is a second history, too.
    own = await repository.note_at(tx, tenant, checkpoint.size)
    if own is None or split_note(own)[0] != text:
        facts = {"witness": held[0].name, "size": checkpoint.size, "seen": note.decode()}
        await _alarm(tx, tenant, AlarmKind.SPLIT_VIEW, f"checkpoint {checkpoint.size}", facts)
        return False
    for signature in held:
        moment = datetime.fromtimestamp(time_of(signature.signature), UTC)
        values = {"tenant": tenant, "size": checkpoint.size, "witness": signature.name, "time": moment}
        await repository.keep(tx, values | {"signature": signature.signature})
    return True


async def hear_refusal(tx: Tx, tenant: str, note: bytes) -> None:
    """Raise the alarm that a witness asks for."""
    try:
        told, name = refusal.opened(note, await _keys(tx, tenant))
    except NoteError as error:
        raise UnknownWitness() from error
    sizes = [_size_in(side) for side in (told.remembered, told.served)]
    facts = {"witness": name, "remembered": _readable(told.remembered), "served": _readable(told.served)}
    await _alarm(tx, tenant, ALARM_OF[told.reason], f"{name} {sizes[0]}→{sizes[1]}", facts)


def _readable(note: bytes) -> str:
    """What was served may be anything; the alarm is raised all the same."""
    return note.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _size_in(note: bytes) -> str:
    try:
        return str(Checkpoint.parse(note.decode("utf-8").partition("\n\n")[0] + "\n").size)
    except (NoteError, UnicodeDecodeError):
        return "?"


async def _alarm(tx: Tx, tenant: str, kind: AlarmKind, place: str, facts: Mapping[str, Any]) -> None:
    if await alarms.raise_alarm(await alarms.driver_of(tx), tenant, kind, place, facts, tx.now):
        # Without the notes: what they prove stands in the alarm, the entry says that it was raised.
        detail = {"kind": kind.value, "witness": facts["witness"]}
        tx.record(Act(action="ledger.alarm", object_kind="ledger", object_id=tenant, detail=detail))


async def register(tx: Tx, tenant: str, key: VerifierKey, title: str, kind: str) -> None:
    """Take signatures of this witness from now on; raises WitnessRegistered."""
    values = {"tenant": tenant, "name": key.name, "key": str(key), "title": title, "kind": kind, "since": tx.now}
    if not await repository.register(tx, values):
        raise WitnessRegistered()
    tx.record(Act(action="witness.register", object_kind="witness", object_id=key.name, detail={"kind": kind}))


def shown(witness: Witness, now: datetime) -> dict[str, Any]:
    """Return the public form of a witness."""
    state = "retired" if witness.retired_at else "silent" if is_silent(witness, now) else "well"
    return {
        "id": VerifierKey.parse(witness.key, COSIGNATURE).id.hex(),
        "name": witness.name,
        "verifier_key": witness.key,
        "title": witness.title,
        "kind": witness.kind,
        "since": witness.since,
        "retired_at": witness.retired_at,
        "version": witness.version,
        "size": witness.size,
        "signed_at": witness.signed_at,
        "note": _signed_note(witness),
        "state": "waiting" if state == "well" and witness.size is None else state,
    }


def _signed_note(witness: Witness) -> str | None:
    if witness.note is None or witness.signature is None:
        return None
    return (witness.note + line_of(witness.key, witness.signature)).decode()


def with_cosignatures(checkpoints: Sequence[Row], cosignatures: Sequence[Row]) -> list[dict[str, Any]]:
    """Return checkpoints as they are shown, each with who signed it."""
    items = []
    for row in checkpoints:
        by = [one for one in cosignatures if one["size"] == row["size"]]
        note = bytes(row["note"]) + b"".join(line_of(one["key"], bytes(one["signature"])) for one in by)
        items.append(
            {
                "size": row["size"],
                "root": text_of(bytes(row["root"])),
                "time": row["time"],
                "note": note.decode(),
                "cosigned_by": [
                    {"name": one["name"], "title": one["title"], "kind": one["kind"], "time": one["time"]} for one in by
                ],
            }
        )
    return items
