"""Pages of short lists, and cursors that are none of ours."""

import pytest
from linli_kernel.errors import Invalid
from linli_kernel.pagination import Cursor, Part, _part


async def test_the_pages_of_a_short_list_hold_everything_once() -> None:
    items, seen, cursor = list(range(7)), [], None
    for _ in range(4):
        answer = (await _part(limit=3, cursor=cursor)).of(items)
        seen += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert seen == items


@pytest.mark.parametrize("place", ["-1", "x", "1.5", ""])
async def test_a_place_that_cannot_be_in_a_list_is_refused(place: str) -> None:
    with pytest.raises(Invalid):
        await _part(cursor=Cursor.encode([place]))


def test_a_place_behind_the_end_is_an_empty_page() -> None:
    assert Part(10**30, 5).of([1, 2]) == {"items": [], "next_cursor": None}
