"""What a verification found, in words for people and with the place it was found at."""

from dataclasses import dataclass, field
from enum import IntEnum

from linli_supervision.ledger.note import Checkpoint


class Exit(IntEnum):
    """Exit codes of the verifier."""

    SOUND = 0
    TAMPERED = 1
    USAGE = 2
    UNREACHABLE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` names the row: `entry 12`, `tile/0/003`, `checkpoint 256`, `source registry 7`, `key`, `state`."""

    place: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"✗ {self.place}: {self.zh} / {self.en}"


@dataclass(slots=True)
class Report:
    tenant: str
    checkpoint: Checkpoint | None = None
    tiles: int = 0
    entries: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.findings

    def add(self, place: str, zh: str, en: str) -> None:
        self.findings.append(Finding(place, zh, en))

    def lines(self) -> list[str]:
        lines = [*self.notices]
        if self.checkpoint is not None:
            lines.append(
                f"账本 {self.checkpoint.origin}：{self.checkpoint.size} 条，根 {self.checkpoint.root.hex()[:16]}… / "
                f"log of {self.checkpoint.size} entries"
            )
        checked = [(self.entries, "条记录", "entries"), (self.tiles, "个哈希块", "tiles")]
        checked.append((self.checkpoints, "个检查点", "checkpoints"))
        lines.append(
            "已核对 "
            + "、".join(f"{count} {zh}" for count, zh, _ in checked if count)
            + " / checked "
            + ", ".join(f"{count} {en}" for count, _, en in checked if count)
        )
        lines += [str(finding) for finding in self.findings]
        lines.append(
            "✓ 账本完整，未发现改动 / the log is complete and unchanged"
            if self.sound
            else f"✗ 发现 {len(self.findings)} 处改动 / {len(self.findings)} change(s) found"
        )
        return lines
