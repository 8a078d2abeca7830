"""The system that the browser's stories run against rings phones at any hour, so that a story passes by night as well."""

from pathlib import Path

from linli_kernel.profile import Profiles
from linli_launcher.e2e import profiles_without_night


def test_no_place_has_quiet_hours_there(tmp_path: Path) -> None:
    profiles = Profiles.load(profiles_without_night(tmp_path))
    hours = [profiles.for_tenant(one.key).desk.notices for one in profiles.tenants()]
    assert hours
    assert all(one.quiet_from == one.quiet_to for one in hours)
