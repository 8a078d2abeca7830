"""What a case costs: the fee of its matter, less what is waived for those whose case runs as 一路绿灯."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fee:
    """`amount_fen` is before the waiver and None where the matter names none. `waivable_fen`: what 一路绿灯 takes off."""

    charged: bool
    basis: str
    amount_fen: int | None
    waivable_fen: int
    waived_fen: int
    exemption_basis: str

    @property
    def due_fen(self) -> int | None:
        return None if self.amount_fen is None else self.amount_fen - self.waived_fen


def fee_of(definition: Mapping[str, Any], *, green: bool) -> Fee:
    stated = definition.get("fee") or {}
    waivable = stated.get("waived_fen") or 0
    return Fee(
        charged=bool(stated.get("charged")),
        basis=stated.get("basis") or "",
        amount_fen=stated.get("amount_fen"),
        waivable_fen=waivable,
        waived_fen=waivable if green else 0,
        exemption_basis=stated.get("exemption_basis") or "",
    )
