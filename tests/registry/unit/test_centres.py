"""Where areas lie: what counts before what, and where those stand of which nothing is known."""

from itertools import combinations, islice
from math import cos, hypot, radians

import pytest
from linli_registry.centres.domain import MIDDLE, Centre, Known, Point, beside, centres_below, kilometres, mean

TOWNSHIP = "421202104000"
VILLAGES = [f"421202104{n}" for n in range(201, 208)]
BELOW = {"421202000000": [TOWNSHIP, "421202105000"], TOWNSHIP: VILLAGES}


def known(stated: dict[str, Point] | None = None, counted: dict[str, Point] | None = None) -> Known:
    return Known(stated or {}, counted or {}, BELOW)


def apart(one: Point, other: Point) -> float:
    return hypot((one[0] - other[0]) * cos(radians(one[1])), one[1] - other[1])


def test_what_is_stated_counts_before_the_dwellings_and_they_before_what_lies_below() -> None:
    counted = {VILLAGES[0]: (114.40, 30.00), VILLAGES[1]: (114.42, 30.04)}
    all_known = known({VILLAGES[0]: (114.38, 30.02)}, counted)
    assert all_known.centre(VILLAGES[0]) == Centre((114.38, 30.02), "stated")
    assert all_known.centre(VILLAGES[1]) == Centre((114.42, 30.04), "dwellings")
    assert all_known.centre(TOWNSHIP) == Centre((114.40, 30.03), "below")
    assert all_known.centre("421202000000") == Centre((114.40, 30.03), "below")
    assert all_known.centre(VILLAGES[2]) is None


def test_those_of_which_nothing_is_known_stand_beside_the_others_at_the_same_place_each_time() -> None:
    given = {VILLAGES[0]: (114.40, 30.00), VILLAGES[3]: (114.43, 30.00)}
    first = centres_below(TOWNSHIP, known(counted=given), 12)
    assert list(first) == VILLAGES
    assert [one.source for one in first.values()].count("computed") == 5
    assert first == centres_below(TOWNSHIP, known(counted=given), 12)
    distances = [apart(a.point, b.point) for a, b in combinations(first.values(), 2)]
    assert min(distances) >= 0.9 * apart(*given.values()) - 1e-6
    assert max(distances) < 6 * apart(*given.values())


@pytest.mark.parametrize("number", [1, 2, 14, 1_096])
def test_where_nothing_is_known_at_all_nobody_stands_on_anybody(number: int) -> None:
    codes = [f"1{n:011d}" for n in range(number)]
    found = centres_below("0" * 12, Known({}, {}, {"0" * 12: codes}), 12)
    points = {one.point for one in found.values()}
    assert (len(points), next(iter(found.values()))) == (number, Centre(MIDDLE, "computed"))
    some = list(islice(points, 60))
    assert all(apart(a, b) > 0.015 for a, b in combinations(some, 2))


def test_two_at_the_same_point_still_leave_room_for_a_third() -> None:
    here = (114.40, 30.00)
    third = next(beside([here, here], MIDDLE, 0.02))
    assert 0.001 < apart(here, third) < 0.01


def test_a_mistyped_degree_is_far_away() -> None:
    assert kilometres((114.3, 29.85), (114.3, 30.85)) == pytest.approx(111, abs=1)
    assert kilometres((114.3, 29.85), (115.3, 29.85)) == pytest.approx(96.5, abs=1)
    assert mean([(114.0, 29.0), (116.0, 31.0)]) == (115.0, 30.0)
