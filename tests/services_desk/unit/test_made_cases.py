"""Made cases are such as the desk would have accepted."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profiles
from linli_kernel.testing import VILLAGE
from linli_services_desk.matters import forms
from linli_services_desk.matters.domain import sample_matters
from linli_services_desk.matters.editing import content_of
from linli_services_desk.volume import forms as made
from linli_services_desk.volume.cases import made_matter
from linli_services_desk.volume.copying import people_of

PROFILE = Profiles.load(Path(__file__).parents[3] / "profiles").for_tenant(VILLAGE[:6])
PEOPLE = people_of(KeyRing.from_json(KeyRing.generate()), VILLAGE[:6], VILLAGE)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("definition", sample_matters(), ids=lambda definition: definition["code"])
def test_the_form_of_a_made_case_is_whole_for_everybody_who_may_apply(definition: dict[str, Any]) -> None:
    schema = definition["form_schema"]
    matter = made_matter(PROFILE, {"matter_id": "m", "number": 1, "definition": content_of(PROFILE, definition)})
    people = [one for one in PEOPLE if made.may_apply(schema, one.born, TODAY)]
    assert people
    opened = TODAY - timedelta(days=365)
    wrong = [
        forms.problems(schema, msgspec.json.decode(matter.form(one)), opened, complete=True) for one in people[:40]
    ]
    assert not [found for found in wrong if found]
