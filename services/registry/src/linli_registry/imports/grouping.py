"""Which rows are one household: by its number, by the head's name beside every row, or by the order of rows.

A merged or blank number continues the household above; without numbers a row whose relation is 户主 begins one.
"""

from dataclasses import dataclass, field

from linli_registry.households.facts import HEAD
from linli_registry.imports.rows import Row

LARGEST_HOUSEHOLD = 60
"""People; a list without any head must not become one household of thousands."""


@dataclass
class Grouper:
    """Gives every row, in the order of the file, the first row of its household."""

    _by_number: dict[str, int] = field(default_factory=dict)
    _current: int = 0
    _number: str = ""
    _head: str = ""
    _size: int = 0

    def place(self, row: Row) -> int:
        """Return the row that begins the household of `row`."""
        if row.household_number:
            key = f"{row.division}|{row.household_number}"
            if row.household_number != self._number:
                self._size = 0
            self._current = self._by_number.setdefault(key, row.number)
            self._number = row.household_number
        elif row.relation == HEAD or not self._current or self._other_head(row) or self._size >= LARGEST_HOUSEHOLD:
            # A head below a numbered household without a number of its own begins the next one.
            self._current, self._number, self._size = row.number, "", 0
        self._size += 1
        self._head = row.name if row.relation == HEAD else row.head_name or self._head
        return self._current

    def _other_head(self, row: Row) -> bool:
        return bool(row.head_name) and row.head_name != self._head
