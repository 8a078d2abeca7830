"""Do the checkpoints still stand in the row in which they were signed? Part of the auditor's verification.

Each names the one before it and its own time in what the log signed, so one that was taken out, put in or dated anew shows by
the public key alone. What no later checkpoint names yet, the end of the row, shows only to whoever remembers it.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from linli_supervision.ledger.findings import Report
from linli_supervision.ledger.note import Checkpoint, Link
from linli_supervision.rows import Row


def check_chain(rows: Sequence[Row], signed: Mapping[int, Checkpoint], report: Report) -> None:
    """`rows` by size; `signed` holds what those say whose signature holds, so that a broken one is named once and elsewhere."""
    sizes = {row["size"] for row in rows}
    before: Row | None = None
    linked, bare = False, []
    for row in rows:
        expected = before["size"] if before is not None else -1
        if row["previous_size"] != expected:
            place = f"checkpoint {row['size']}"
            report.add(place, "前一个检查点缺失或被改动", "the one before it is missing or changed")
        checkpoint = signed.get(row["size"])
        if checkpoint is not None:
            if checkpoint.link is not None:
                linked = True
                _check_link(checkpoint.link, row, before, sizes, signed, report)
            elif linked:
                zh, en = "检查点不写明前一个，而更早的已写明", "it names none before it, although earlier ones do"
                report.add(f"checkpoint {row['size']}", zh, en)
            else:
                bare.append(row["size"])
        before = row
    if bare:
        zh = f"最早的 {len(bare)} 个检查点（至 {bare[-1]}）签于此前版本，其时间与个数没有签名担保"
        report.notices.append(f"{zh} / the first {len(bare)} checkpoints bear no signed time and name none before them")


def _check_link(
    link: Link, row: Row, before: Row | None, sizes: set[int], signed: Mapping[int, Checkpoint], report: Report
) -> None:
    place = f"checkpoint {row['size']}"
    if link.time != row["time"]:
        report.add(place, "检查点的时间列与签名内容不符", "column time does not say what is signed")
    named = link.previous[0] if link.previous is not None else -1
    if row["previous_size"] != named:
        report.add(place, "检查点的列与签名内容不符", "its columns do not say what is signed")
    if link.previous is not None and named not in sizes:
        said = f"后一个检查点（{row['size']}）写明有它", f"the next one, {row['size']}, names it"
        report.add(f"checkpoint {named}", f"检查点被删除：{said[0]}", f"the checkpoint was removed: {said[1]}")
    elif before is not None and before["size"] != named:
        place = f"checkpoint {before['size']}"
        report.add(place, "检查点不在签名的序列中", f"checkpoint {row['size']} was not signed after it")
    elif link.previous is not None and named in signed and link.previous[1] != _digest(signed[named]):
        zh, en = "检查点已换成另一个，后一个写明的不是它", f"it was exchanged: {row['size']} was signed after another"
        report.add(f"checkpoint {named}", zh, en)


def _digest(checkpoint: Checkpoint) -> bytes:
    return sha256(checkpoint.text.encode()).digest()
