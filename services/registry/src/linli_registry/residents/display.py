"""What a viewer sees of a resident: masks by role and by the place's profile.

No number leaves here whole. A child under 14 (FACTS §1, PIPL) is masked like everybody is for an auditor, unless the
role works with children's papers.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from linli_kernel.codes.dictionaries import dictionary
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
