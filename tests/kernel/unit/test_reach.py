"""A county is read in when the token names it and the area of the post contains it."""

from typing import Annotated

import pytest
from fastapi import Depends
from linli_kernel.http import ServiceRouter
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_kernel.permissions import allow, reading
from linli_kernel.profile import Profiles
from linli_kernel.reach import counties_within, in_county
from linli_kernel.testing import COUNTIES, PROJECT
from starlette.responses import Response

PROFILES = Profiles.load(PROJECT / "profiles")


def viewer(*divisions: str, counties: tuple[str, ...] = COUNTIES) -> Viewer:
    return Viewer(new_id(), "s", "421202", Role.AUDITOR, divisions, counties=counties)


@pytest.mark.parametrize(
    ("divisions", "counties", "named", "read"),
    [
        (("4212",), COUNTIES, "421221", True),
        (("4212",), COUNTIES, "421202", True),
        (("4212",), (), "421221", False),
        (("421202",), COUNTIES, "421221", False),
        (("4212",), (*COUNTIES, "511681"), "511681", False),
        (("4212",), COUNTIES, "421299", False),
    ],
)
def test_a_county_is_read_in_within_token_and_area(
    divisions: tuple[str, ...], counties: tuple[str, ...], named: str, read: bool
) -> None:
    seen = in_county(PROFILES, viewer(*divisions, counties=counties), named)
    assert (seen is not None) is read
    if seen is not None:
        assert (seen.tenant, seen.visiting) == (named, named != "421202")


def test_figures_of_an_area_are_those_of_its_counties_that_the_post_reaches() -> None:
    assert counties_within(PROFILES, viewer("4212"), ["4212"]) == list(COUNTIES)
    assert counties_within(PROFILES, viewer("4212"), ["421221103"]) == ["421221"]
    assert counties_within(PROFILES, viewer("4212", counties=("421202", "421222")), ["4212"]) == ["421202", "421222"]
    assert counties_within(PROFILES, viewer("4212", counties=()), ["4212"]) == ["421202"]


def test_a_command_cannot_be_built_on_a_dependency_for_reads() -> None:
    reader = Annotated[Viewer, Depends(reading({Role.AUDITOR: allow(Role.AUDITOR)}, Role.AUDITOR))]

    async def change(viewer: reader) -> Response:
        return Response()

    with pytest.raises(TypeError, match="a command belongs to the county of its viewer"):
        ServiceRouter().post("/things")(change)
