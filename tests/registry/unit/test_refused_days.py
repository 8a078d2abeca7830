"""Days that a life event is refused for: the day's field says which fact forbids it."""

from datetime import date, timedelta

import pytest
from linli_registry.households import commands as c
from linli_registry.households import errors

from .test_life_events import DAY, TODAY, person
from .test_life_events import family as family


def test_a_refused_day_is_said_at_its_field_with_the_fact_it_is_refused_for(family):
    world, home, man, woman, _child, _mother = family
    opened = world.state.households[home].opened_on
    late = world.add(person("2", DAY))
    groom, bride = world.add(person("1", date(1980, 1, 1)), person("2", date(1990, 1, 1)))
    theirs = world.home(groom)
    world.do(c.MarriageIn(household=theirs, day=DAY, newcomer=bride.id, spouse=groom.id))
    refused = {
        "立户": c.MoveOut(household=home, day=opened - timedelta(days=1), members=(woman.id,)),
        "登记结婚": c.Divorce(household=theirs, day=DAY - timedelta(days=1), resident=groom.id),
        "还没有出生": c.MoveIn(household=theirs, day=DAY - timedelta(days=1), members=(late.id,)),
        "晚于今天": c.Death(household=home, day=TODAY + timedelta(days=1), resident=man.id),
        "核对年份": c.Death(household=home, day=date(202, 1, 1), resident=man.id),
    }
    for said, command in refused.items():
        with pytest.raises(errors.DayRefused) as found:
            world.do(command)
        (fault,) = found.value.errors
        assert fault.pointer == "/date"
        assert said in fault.zh
        assert fault.zh == found.value.text("zh")
        assert fault.en == found.value.text("en") != fault.zh
