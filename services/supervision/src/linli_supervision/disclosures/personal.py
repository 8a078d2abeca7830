"""Personal data kept out of what is published: numbers found in any text, names in the columns of people.

Refused with every place named, or masked when the writer says so. Nothing that is found here is stored, logged or quoted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from linli_kernel.errors import FieldError
from linli_kernel.privacy import Masking
from linli_kernel.privacy.numbers import Kind, kinds_in, replaced
from linli_kernel.profile import Profile

from linli_supervision.disclosures.errors import PersonalDataFound

STAR = "*"


@dataclass(slots=True)
class Gate:
    """Every text on its way into a disclosure goes through `text`; `close` then refuses it if something was found."""

    masking: Masking
    mask: bool
    found: list[FieldError] = field(default_factory=list)
    spread: list[FieldError] = field(default_factory=list)

    def text(self, pointer: str, value: str) -> str:
        """Return the text as it may be kept, its numbers masked if that was asked for."""
        for kind in kinds_in(value):
            self._note(pointer, kind)
            value = replaced(kind, value, partial(kind.masked, self.masking))[0]
        return value

    def row(self, pointer: str, cells: Sequence[str]) -> None:
        """Look for a number that was spread over the cells of a row. Only what passes its check character is one: figures
        that stand beside each other are no phone."""
        if any(one.code == "identity_number" for cell in cells for one in kinds_in(cell)):
            return
        for kind in kinds_in(" ".join(cells)):
            if kind.code == "identity_number":
                # Nothing is masked over several cells: whoever spread it has to take it out.
                self.spread.append(self._fault(pointer, kind))

    def person(self, value: str) -> str:
        """Return a name as a list shows it; a name that is masked already stays as it is."""
        stem = value.rstrip(STAR)
        if not value or (stem != value and self.masking.mask_name(f"{stem}某").rstrip(STAR) == stem):
            return value
        return self.masking.mask_name(stem)

    def close(self) -> None:
        """Raise PersonalDataFound with every place, unless the writer chose to have them masked."""
        found = [*(() if self.mask else self.found), *self.spread]
        if found:
            raise PersonalDataFound(errors=found)

    def _note(self, pointer: str, kind: Kind) -> None:
        self.found.append(self._fault(pointer, kind))

    def _fault(self, pointer: str, kind: Kind) -> FieldError:
        return FieldError(pointer, kind.found, f"含有{kind.zh}", f"There is {kind.en} in it")


def fit(profile: Profile, *, mask: bool = False, **texts: str) -> dict[str, str]:
    """Return texts as they may be kept, each named as in the body it came in; raises PersonalDataFound."""
    gate = Gate(profile.registry.masking, mask)
    kept = {name: gate.text(f"/{name}", value) for name, value in texts.items()}
    gate.close()
    return kept
