"""What a viewer sees of a resident: masks by role and by the place's profile.

No number leaves here whole. A child under 14 (FACTS §1, PIPL) is masked like everybody is for an auditor, unless the
role works with children's papers.

**The past of somebody who is masked begins with the year after the birth.** Any answer that differed between two days of that
year, or between it and the years before, would tell the birthday; today is always told. `past_begins`, `tells` and
`day_told` are that rule, and whatever shows a past day asks them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from linli_kernel.codes.dictionaries import dictionary
from linli_kernel.codes.errors import CodeWarning
from linli_kernel.identity import Viewer
from linli_kernel.profile import Profile

from linli_registry.metadata import Row
from linli_registry.policy import FULL_VIEW_OF_CHILDREN, MASKED_NAMES
from linli_registry.residents.keys import ResidentKeys

CHILD_BELOW = 14
CODED = ("ethnic_group", "education", "marriage", "political_status")


def age_on(born: date | None, day: date) -> int | None:
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@cache
def relation_name(code: str | None) -> str | None:
    return dictionary("relation").zh_of(code) or None


def warned(warnings: Iterable[CodeWarning], lang: str) -> list[dict[str, str]]:
    """Return what was strange and accepted, in the reader's language."""
    return [{"code": one.code, "detail": one.en if lang == "en" else one.zh} for one in warnings]


class Display:
    """Shows rows to one viewer on one day."""

    def __init__(self, viewer: Viewer, profile: Profile, keys: ResidentKeys, today: date) -> None:
        self.viewer, self.keys, self.today = viewer, keys, today
        self._masks = profile.registry.masking

    def hides(self, row: Row | Mapping[str, Any]) -> bool:
        """Whether this viewer sees neither name nor birth date of the row; needs its `birth_date`."""
        if self.viewer.role in MASKED_NAMES:
            return True
        age = age_on(row["birth_date"], self.today)
        return age is not None and age < CHILD_BELOW and self.viewer.role not in FULL_VIEW_OF_CHILDREN

    def past_begins(self, row: Row | Mapping[str, Any]) -> date | None:
        """Return the first past day on which something is told of the person; None when there is no such bound."""
        born: date | None = row["birth_date"]
        if born is None or not self.hides(row):
            return born
        return date(born.year + 1, 1, 1)

    def tells(self, row: Row | Mapping[str, Any], day: date) -> bool:
        """Whether anything is told of the person as of a day up to today."""
        begins = self.past_begins(row)
        return begins is None or day >= (min(begins, self.today) if self.hides(row) else begins)

    def day_told(self, row: Row | Mapping[str, Any], day: date) -> date | None:
        """Return the day of something that happened to the person; none of whom is masked before their past begins."""
        begins = self.past_begins(row)
        return None if self.hides(row) and begins is not None and day < begins else day

    def event_date(self, kind: str, day: date) -> date | None:
        """Return the day of a life event; that of a birth is a birth date and as hidden as the child's."""
        return self.day_told({"birth_date": day}, day) if kind == "birth" else day

    def mask(self, field: str, value: str | None) -> str | None:
        """Mask the value of an encrypted field."""
        return None if value is None else str(getattr(self._masks, f"mask_{field}")(value))

    def brief(self, row: Row) -> dict[str, Any]:
        """Return what lists and household members show; `row` has the columns of `brief_columns`."""
        hidden, key = self.hides(row), str(row["id"])
        number = self.keys.open("identity_number", row["identity_number"], key)
        phone = self.keys.open("phone", row["phone"], key)
        born, address = row["birth_date"], row["address"]
        masks = self._masks
        return {
            "id": key,
            "name": masks.mask_name(row["name"]) if hidden else row["name"],
            "sex": row["sex"],
            "birth_date": None if hidden or born is None else born.isoformat(),
            "age": None if hidden else age_on(born, row["death_date"] or self.today),
            "identity_masked": None if number is None else masks.mask_identity_number(number),
            "phone_masked": None if phone is None else masks.mask_phone(phone),
            "division": row["division"],
            "division_name": row["division_name"],
            "grid_name": row["grid_name"],
            "household_id": None if row["household"] is None else str(row["household"]),
            "relation": row["relation"],
            "relation_name": relation_name(row["relation"]),
            "presence": row["presence"],
            "address": masks.mask_address(address) if hidden and address else address,
            "alive": row["death_date"] is None,
            "masked": hidden,
        }

    def full(self, row: Row) -> dict[str, Any]:
        """Return one person; still masked."""
        bank = self.keys.open("bank_account", row["bank_account"], str(row["id"]))
        coded = {name: row[name] for name in CODED}
        names = {f"{name}_name": dictionary(name).zh_of(row[name]) or None for name in CODED}
        return (
            self.brief(row)
            | coded
            | names
            | {
                "document_kind": row["document_kind"],
                "bank_account_masked": None if bank is None else self._masks.mask_bank_account(bank),
                "hukou_division": row["hukou_division"],
                "hukou_division_name": row["hukou_division_name"],
                "household_number": row["household_number"],
                "grid_id": None if row["grid"] is None else str(row["grid"]),
                # A newborn's first day in the household is the hidden birth date.
                "member_since": None if row["since"] is None or self.hides(row) else row["since"].isoformat(),
                "death_date": None if row["death_date"] is None else row["death_date"].isoformat(),
                "confirmed_at": row["confirmed_at"].isoformat(),
                "confirmed_by": None if row["confirmed_by"] is None else str(row["confirmed_by"]),
                "version": row["version"],
            }
        )
