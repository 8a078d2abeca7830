"""What becomes a leaf of the log, and what stays beside it.

A leaf never holds personal data: whom it concerns stands in it only as an HMAC under the entry's own salt. The salt and
the content are kept beside the leaf and may be destroyed; then nobody can tell any more whom the leaf concerned, and
the log still proves that it is complete.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from linli_supervision.ledger.merkle import leaf_hash
from linli_supervision.rows import Row

ACT_TYPE = "cn.linli.act.v1"
SALT_BYTES = 32
LEAF_VERSION = 1
MAX_LEAF_BYTES = 65535
ERASE = "ledger.erase"
"""The act by which the log says of which entries the content was erased; never whom they concerned."""
"""An entry bundle of tlog-tiles prefixes each entry with its length in two bytes."""

_encode = msgspec.json.Encoder(order="sorted").encode
_encode_leaf = msgspec.json.Encoder().encode
_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class Occurrence(msgspec.Struct, frozen=True):
    """One act or event as a service delivered it."""

    source: str
    seq: int
    id: str
    type: str
    subject: str
    time: str
    data: Mapping[str, Any]


class References(msgspec.Struct, frozen=True):
    """Whom and what an occurrence concerns. `person` are resident ids."""

    actor: str | None
    object_kind: str
    object_id: str | None
    case_id: str | None
    people: tuple[str, ...]

    def pairs(self) -> list[tuple[str, str]]:
        """Return (kind, reference) for every reference, in the order of the leaf."""
        pairs = [("person", person) for person in self.people]
        if self.actor:
            pairs.append(("actor", self.actor))
        if self.object_id:
            pairs.append(("object", self.object_id))
        if self.case_id:
            pairs.append(("case", self.case_id))
        return pairs


class Entry(msgspec.Struct, frozen=True):
    """A leaf with the columns it is searched by."""

    leaf: bytes
    hash: bytes
    source: str
    source_seq: int
    time: str
    action: str
    role: str
    division: str
    outcome: str
    salt: bytes
    content: bytes
    references: References
    pairs: list[tuple[str, str]]


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def _event_name(event_type: str) -> str:
    """`cn.linli.registry.household.created.v1` → `registry.household.created`."""
    name = event_type.removeprefix("cn.linli.")
    stem, _, version = name.rpartition(".")
    return stem if stem and version[:1] == "v" and version[1:].isdigit() else name


def moment(text: object) -> datetime | None:
    """Read an RFC 3339 time, or return None when it is none."""
    try:
        parsed = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return parsed if parsed is not None and parsed.tzinfo is not None else None


def action_of(occurrence: Occurrence) -> str:
    if occurrence.type == ACT_TYPE:
        return _text(occurrence.data, "action") or "unknown"
    return _event_name(occurrence.type)


def references_of(occurrence: Occurrence) -> References:
    data = occurrence.data
    people = _texts(data.get("people")) + _texts(data.get("resident_ids"))
    people += [value for name in ("resident_id", "applicant_id") if (value := _text(data, name))]
    if occurrence.type == ACT_TYPE:
        kind, object_id = _text(data, "object_kind") or "", _text(data, "object_id")
    else:
        parts = _event_name(occurrence.type).split(".")
        kind, object_id = (parts[-2] if len(parts) > 1 else parts[0]), occurrence.subject or None
    if kind == "resident" and object_id:
        people.append(object_id)
    return References(
        actor=_text(data, "actor"),
        object_kind=kind,
        object_id=object_id,
        case_id=object_id if kind == "case" else _text(data, "case_id"),
        people=tuple(dict.fromkeys(people)),
    )


def blinding(salt: bytes) -> Callable[[bytes], str]:
    """Return HMAC-SHA256 under the salt in hex. Source: RFC 2104.

    The two blocks of the key are hashed once for all that an entry blinds; `hmac` would begin anew each time.
    """
    key = salt.ljust(_BLOCK_BYTES, b"\0")
    inner, outer = sha256(key.translate(_INNER)), sha256(key.translate(_OUTER))

    def blinded(message: bytes) -> str:
        first = inner.copy()
        first.update(message)
        second = outer.copy()
        second.update(first.digest())
        return second.hexdigest()

    return blinded


def blind(salt: bytes, kind: str, reference: str) -> str:
    """Return how a reference stands in the leaf; without the salt it cannot be told from chance."""
    return hmac.digest(salt, f"{kind}:{reference}".encode(), "sha256").hex()


def blind_content(salt: bytes, content: bytes) -> str:
    return hmac.digest(salt, b"content:" + content, "sha256").hex()


class _Leaf(msgspec.Struct, frozen=True):
    """The canonical form writes names in alphabetical order, and so does this."""

    action: str
    content: str
    division: str
    object: str
    outcome: str
    refs: list[list[str]]
    role: str
    seq: int
    source: str
    tenant: str
    time: str
    v: int


_decode_leaf = msgspec.json.Decoder(_Leaf).decode


def build(tenant: str, occurrence: Occurrence, salt: bytes) -> Entry:
    """Return the entry of an occurrence; the same occurrence and salt always give the same bytes."""
    data = occurrence.data
    references = references_of(occurrence)
    pairs = references.pairs()
    content = _encode(
        {
            "data": data,
            "id": occurrence.id,
            "subject": occurrence.subject,
            "type": occurrence.type,
        }
    )
    action = action_of(occurrence)
    role = _text(data, "role") or "service"
    division = _text(data, "division") or ""
    outcome = _text(data, "outcome") or "ok"
    blinded = blinding(salt)
    leaf = _encode_leaf(
        _Leaf(
            action=action,
            content=blinded(b"content:" + content),
            division=division,
            object=references.object_kind,
            outcome=outcome,
            refs=sorted([[kind, blinded(f"{kind}:{ref}".encode())] for kind, ref in pairs]),
            role=role,
            seq=occurrence.seq,
            source=occurrence.source,
            tenant=tenant,
            time=occurrence.time,
            v=LEAF_VERSION,
        )
    )
    return Entry(
        leaf=leaf,
        hash=leaf_hash(leaf),
        source=occurrence.source,
        source_seq=occurrence.seq,
        time=occurrence.time,
        action=action,
        role=role,
        division=division,
        outcome=outcome,
        salt=salt,
        content=content,
        references=references,
        pairs=pairs,
    )


def occurrence_from_content(source: str, seq: int, time: str, content: bytes) -> Occurrence:
    """Rebuild what was delivered from the content kept beside the leaf."""
    kept = msgspec.json.decode(content)
    return Occurrence(source, seq, kept["id"], kept["type"], kept["subject"], time, kept["data"])


def agrees(tenant: str, row: Row) -> bool:
    """Say whether leaf, columns, salt, content and references of a stored entry all say the same.

    Every honest entry is passed by this at once; `columns_differ` and `subject_differs` then name what is wrong.
    """
    try:
        leaf = _decode_leaf(row["leaf"])
        salt, content = row["salt"], row["content"]
        if salt is None:
            return _columns_agree(leaf, tenant, row) and leftovers_fit(row["leaf"], row["refs"] or ())
        kept = occurrence_from_content(row["source"], row["source_seq"], "", content)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        return False
    expected = {f"{kind}:{reference}" for kind, reference in references_of(kept).pairs()}
    return (
        _columns_agree(leaf, tenant, row)
        and leaf.content == blind_content(salt, content)
        and expected == set(row["refs"] or ())
    )


def _columns_agree(leaf: _Leaf, tenant: str, row: Row) -> bool:
    return (
        leaf.seq == row["source_seq"]
        and leaf.action == row["action"]
        and leaf.division == row["division"]
        and leaf.role == row["role"]
        and leaf.outcome == row["outcome"]
        and leaf.source == row["source"]
        and leaf.tenant == tenant
        and moment(leaf.time) == row["time"]
    )


def columns_differ(leaf: bytes, columns: Mapping[str, object]) -> list[str]:
    """Return the names of search columns that do not say what the leaf says."""
    try:
        said = msgspec.json.decode(leaf)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ["leaf"]
    if not isinstance(said, dict):
        return ["leaf"]
    names = {"tenant": "tenant", "source": "source", "source_seq": "seq", "action": "action", "role": "role"}
    names |= {"division": "division", "outcome": "outcome"}
    differing = [column for column, name in names.items() if columns[column] != said.get(name)]
    if moment(said.get("time")) != columns["time"]:
        differing.append("time")
    return differing


def subject_differs(leaf: bytes, salt: bytes, content: bytes) -> bool:
    """Say whether what is kept beside a leaf is something else than what the leaf was made from."""
    try:
        said = msgspec.json.decode(leaf)
        return bool(said["content"] != blind_content(salt, content))
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        return True


def leftovers_fit(leaf: bytes, refs: Sequence[str]) -> bool:
    """Say whether the references left beside an erased entry may be some of its own: no more of a kind than the leaf has."""
    try:
        said = Counter(kind for kind, _ in _decode_leaf(leaf).refs)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return False
    return Counter(one.partition(":")[0] for one in refs) <= said


def runs_of(indexes: Iterable[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as runs (first, last)."""
    runs: list[tuple[int, int]] = []
    for index in indexes:
        if runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def erased_by(content: bytes) -> list[tuple[int, int]]:
    """Return the runs of entries of which an act of erasure says that it erased what stood beside them."""
    try:
        return msgspec.convert(msgspec.json.decode(content)["data"]["detail"]["entries"], list[tuple[int, int]])
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError):
        return []
