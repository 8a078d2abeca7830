"""Checks an extract without any connection: what is printed, its place in the log, and who signed for it.

Part of the stand-alone verifier; standard library and cryptography only.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from linli_supervision.ledger.findings import Report
from linli_supervision.ledger.merkle import ProofError, leaf_hash, verify_inclusion
from linli_supervision.ledger.note import (
    COSIGNATURE,
    Checkpoint,
    NoteError,
    VerifierKey,
    open_checkpoint,
    time_of,
    verified,
)

FORMAT = "linli-ledger-extract/v1"
ACT_TYPE = "cn.linli.act.v1"
BESIDE = ("purpose", "detail", "object_id", "case_id")
"""What is shown of the content beside the leaf."""
SHOWN = ("action", "division", "outcome", "role", "source", "time")


class NoExtract(ValueError):
    """The file is no extract."""


def verify_extract(content: bytes, *, key: str | None = None, witnesses: Sequence[str] = ()) -> Report:
    """Check an extract; without a trusted key the one in the file is taken, and that is said."""
    try:
        extract = json.loads(content)
        if extract["format"] != FORMAT:
            raise NoExtract("another format")
        report = Report(extract["log"]["origin"])
        trusted = VerifierKey.parse(key or extract["log"]["verifier_key"])
        if key is None:
            report.notices.append(f"公钥取自本文件，请与公布的公钥核对 / the key is the file's own: {trusted}")
        _check(extract, trusted, [VerifierKey.parse(one, COSIGNATURE) for one in witnesses], report)
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NoExtract(str(error)) from error
    return report


def _check(extract: dict[str, Any], key: VerifierKey, given: list[VerifierKey], report: Report) -> None:
    entry, proof = extract["entry"], extract["inclusion"]
    place = f"entry {entry['index']}"
    leaf = base64.b64decode(entry["leaf"], validate=True)
    _check_shown(extract, json.loads(leaf), place, report)
    note = extract["checkpoint"].encode()
    try:
        checkpoint = open_checkpoint(note, key)
    except NoteError as error:
        report.add("checkpoint", "检查点的签名不成立", f"the checkpoint is not signed by the log: {error}")
        return
    report.checkpoint = checkpoint
    report.entries = 1
    try:
        hashes = [base64.b64decode(digest, validate=True) for digest in proof["proof"]]
        verify_inclusion(int(entry["index"]), checkpoint.size, leaf_hash(leaf), hashes, checkpoint.root)
    except (ProofError, ValueError) as error:
        report.add(place, "不在已签名的账本中，或已被改动", f"not in the signed log, or changed: {error}")
    _check_cosignatures(extract, note, checkpoint, given, report)


def _check_shown(extract: dict[str, Any], leaf: dict[str, Any], place: str, report: Report) -> None:
    entry = extract["entry"]
    for name in SHOWN:
        said, shown = leaf.get(name), entry[name]
        same = datetime.fromisoformat(str(said)) == datetime.fromisoformat(shown) if name == "time" else said == shown
        if not same:
            report.add(place, f"所示的 {name} 与原文不符", f"the {name} shown is not what the entry says")
    if leaf.get("seq") != entry["source_seq"]:
        report.add(place, "所示的来源序号与原文不符", "the number shown is not what the entry says")
    if entry["id"] != f"{leaf.get('source')}:{leaf.get('seq')}":
        report.add(place, "所示的来源序号与原文不符", "the id shown is not what the entry says")
    if entry["salt"] is None or entry["content"] is None:
        _check_erased(extract, place, report)
        if any(entry[name] for name in BESIDE):
            report.add(place, "内容已删除，所示的无从核对", "what is shown cannot be checked: the content was erased")
        return
    salt, content = base64.b64decode(entry["salt"]), base64.b64decode(entry["content"])
    if hmac.digest(salt, b"content:" + content, "sha256").hex() != leaf.get("content"):
        report.add(place, "内容与写进账本时的不一致", "the content is not what was written into the log")
        return
    _check_beside(entry, leaf, salt, json.loads(content), place, report)


def _check_erased(extract: dict[str, Any], place: str, report: Report) -> None:
    """Only the log says that an erasure was one. An extract of before this was asked says nothing about it."""
    by = extract.get("erased_by")
    if by is not None:
        told = f"记录旁的内容已删除；摘录称见记录 {by}，请另取该记录的摘录核对"
        report.notices.append(f"{told} / erased; the extract names entry {by}, whose own extract shows it")
    elif "erased_by" in extract:
        zh, en = "记录旁的内容被移除，账本中没有相应记载", "what stood beside it was removed, and no entry says so"
        report.add(place, zh, en)
    else:
        report.notices.append("记录旁的内容已不在 / what stood beside the entry is gone")


def _check_beside(
    entry: dict[str, Any], leaf: dict[str, Any], salt: bytes, kept: dict[str, Any], place: str, report: Report
) -> None:
    """What is shown of the content is what the content says; whom and what it concerns stands blinded in the leaf."""
    said = {"kind": "act" if kept["type"] == ACT_TYPE else "event", "object_kind": leaf.get("object") or None}
    said |= {name: kept["data"].get(name) or None for name in ("purpose", "detail")}
    for name, value in said.items():
        if (entry[name] or None) != value:
            report.add(place, f"所示的 {name} 与原文不符", f"the {name} shown is not what the entry says")
    for name, kind in (("object_id", "object"), ("case_id", "case")):
        blinded = hmac.digest(salt, f"{kind}:{entry[name]}".encode(), "sha256").hex() if entry[name] else None
        given = {value for one, value in leaf.get("refs", ()) if one == kind}
        if (blinded not in given) if blinded else given:
            report.add(place, f"所示的 {name} 与原文不符", f"the {name} shown is not what the entry says")


def _check_cosignatures(
    extract: dict[str, Any], note: bytes, checkpoint: Checkpoint, given: list[VerifierKey], report: Report
) -> None:
    titles = {one["verifier_key"]: one["title"] for one in extract["witnesses"]}
    keys = given or [VerifierKey.parse(one, COSIGNATURE) for one in titles]
    try:
        _, held = verified(note, keys)
    except NoteError as error:
        report.add(f"checkpoint {checkpoint.size}", "共签不成立", f"a cosignature does not hold: {error}")
        return
    for key in keys:
        mine = [one for one in held if one.by(key)]
        if mine:
            moment = datetime.fromtimestamp(time_of(mine[0].signature), UTC)
            who = titles.get(str(key), key.name)
            report.notices.append(f"见证人 {who} 于 {moment:%Y-%m-%d %H:%M:%S} UTC 共签 / cosigned by {key.name}")
        elif given:
            report.add(f"witness {key.name}", "没有这位见证人的共签", "no cosignature of this witness")
