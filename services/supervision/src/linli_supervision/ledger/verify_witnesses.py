"""Do the witnesses vouch for the log that is shown here? Part of the stand-alone verifier.

A cosignature counts only when its own key holds and what the witness saw is the beginning of what is shown. A witness's
key that was trusted before stays trusted: one that disappears or changes is a finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linli_supervision.ledger.findings import Report
from linli_supervision.ledger.merkle import ProofError, root_of
from linli_supervision.ledger.note import COSIGNATURE, Checkpoint, NoteError, VerifierKey, split_note, time_of, verified
from linli_supervision.ledger.tiles import TileId, TileReader

if TYPE_CHECKING:
    # The verifier over an address runs without a database driver.
    from linli_supervision.rows import Row


@dataclass(frozen=True, slots=True)
class Shown:
    """A witness as the log shows it: its key and the newest checkpoint that it signed."""

    key: str
    title: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """The log as it was just verified."""

    key: VerifierKey
    checkpoint: Checkpoint
    note: bytes
    tiles: Mapping[TileId, bytes]


def check_witnesses(
    seen: Seen, shown: Sequence[Shown], trusted: Sequence[VerifierKey], vouched: Mapping[str, int], report: Report
) -> dict[str, int | None]:
    """Check every witness that is shown or trusted against what is shown now and what it had signed for (`vouched`) when last
    checked; return the keys to remember, each with how many entries it has signed for."""
    keys = {key.name: key for key in trusted}
    signed: dict[str, int | None] = {}
    listed: dict[str, Shown] = {}
    for witness in shown:
        try:
            key = VerifierKey.parse(witness.key, COSIGNATURE)
        except NoteError:
            report.add("witnesses", f"公布的见证人公钥无法识别：{witness.title}", "an unusable witness's key is shown")
            continue
        listed[key.name] = witness
        if keys.setdefault(key.name, key) != key:
            report.add(f"witness {key.name}", "见证人公钥已被更换", "another key is shown than the one trusted")
    for name, key in keys.items():
        if name not in listed:
            report.add(f"witness {name}", "见证人已不在名单上", "the witness is no longer listed")
        else:
            found = len(report.findings)
            signed[str(key)] = size = _check_one(seen, key, listed[name], report)
            if len(report.findings) == found and (size or 0) < vouched.get(str(key), 0):
                zh, en = "见证人的共签被撤下：上次核对时已签到", "its cosignature was taken away: it had signed up to"
                report.add(f"witness {name}", f"{zh} {vouched[str(key)]} 条", f"{en} {vouched[str(key)]} entries")
    _check_newest(seen, list(keys.values()), report)
    return signed


def check_stored(rows: "Sequence[Row]", report: Report) -> None:
    """Check every stored cosignature against the checkpoint that it stands beside; `note` is None where there is none."""
    for row in rows:
        place = f"cosignature {row['size']} {row['witness']}"
        try:
            key = VerifierKey.parse(row["key"], COSIGNATURE)
            text = split_note(bytes(row["note"]))[0] if row["note"] is not None else ""
        except NoteError as error:
            report.add(place, "见证人公钥或检查点无法识别", f"its key or checkpoint is unusable: {error}")
            continue
        if key.name != row["witness"] or not key.verify(text.encode(), bytes(row["signature"])):
            report.add(place, "共签不成立", "the cosignature does not hold")
        elif int(row["time"].timestamp()) != time_of(bytes(row["signature"])):
            report.add(place, "共签的时间列与签名不符", "column time does not say when it was signed")


def _check_newest(seen: Seen, keys: list[VerifierKey], report: Report) -> None:
    try:
        verified(seen.note, keys)
    except NoteError as error:
        report.add(f"checkpoint {seen.checkpoint.size}", "共签不成立", f"a cosignature does not hold: {error}")


def _check_one(seen: Seen, key: VerifierKey, shown: Shown, report: Report) -> int | None:
    """Return how many entries the witness has signed for; None when what is shown does not say so."""
    place = f"witness {key.name}"
    if shown.note is None:
        report.notices.append(f"见证人 {shown.title} 尚未共签 / {key.name} has not cosigned yet")
        return None
    try:
        text, held = verified(shown.note.encode(), [seen.key, key])
        checkpoint = Checkpoint.parse(text)
    except NoteError as error:
        report.add(place, "共签不成立", f"its cosignature does not hold: {error}")
        return None
    by_witness = [one for one in held if one.by(key)]
    if not by_witness or not any(one.by(seen.key) for one in held) or checkpoint.origin != seen.key.name:
        report.add(place, "共签不是对本账本的", "its cosignature is not under a checkpoint of this log")
        return None
    if checkpoint.size > seen.checkpoint.size:
        zh = f"账本变短了：见证人见过 {checkpoint.size} 条"
        report.add(place, zh, f"the log shrank: the witness has seen {checkpoint.size} entries")
        return None
    if not _is_beginning(checkpoint, seen):
        report.add(place, "账本出现两个版本：与见证人所见不同", "a split view: the witness saw another history")
        return None
    moment = datetime.fromtimestamp(time_of(by_witness[0].signature), UTC)
    told = f"{checkpoint.size} 条，{moment:%Y-%m-%d %H:%M:%S} UTC"
    report.notices.append(f"见证人 {shown.title} 已共签 {told} / cosigned by {key.name}")
    if later := seen.checkpoint.size - checkpoint.size:
        report.notices.append(f"其后 {later} 条尚无此见证人共签 / {later} later entries bear the log's signature only")
    return checkpoint.size


def _is_beginning(checkpoint: Checkpoint, seen: Seen) -> bool:
    try:
        return root_of(checkpoint.size, TileReader(seen.checkpoint.size, seen.tiles)) == checkpoint.root
    except (ProofError, KeyError):
        return False
