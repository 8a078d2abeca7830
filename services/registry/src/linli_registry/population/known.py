"""The people whom the demo, its documentation and its tests know by name; one household of each kind of story.

Every demo village has them, under its own county's numbers; sequences from 970 up are kept for them.
"""

from dataclasses import dataclass
from datetime import date

from linli_kernel.codes import identity

from linli_registry.population.families import Family, Made

KNOWN_SEQUENCES = 970


@dataclass(frozen=True)
class KnownPerson:
    name: str
    sex: str
    born: date
    sequence: int
    phone: str

    def number(self, county: str) -> str:
        return identity.make(county, self.born, self.sequence)


ZHANG_GUILAN = KnownPerson("张桂兰", "2", date(1943, 6, 11), 972, "13807240611")
ZHANG_JIANGUO = KnownPerson("张建国", "1", date(1966, 3, 15), 971, "13907240315")
LI_XIUFANG = KnownPerson("李秀芳", "2", date(1968, 10, 2), 972, "13507241002")
ZHANG_WEI = KnownPerson("张伟", "1", date(1991, 5, 20), 973, "15907240520")
ZHANG_ZIHAN = KnownPerson("张子涵", "2", date(2016, 8, 9), 974, "")
LIU_ZHIQIANG = KnownPerson("刘志强", "1", date(1988, 11, 30), 975, "18607241130")
_AWAY_COUNTY = "511703"


def known_families(county: str) -> list[Family]:
    """Return the household of 张建国 with his mother, and a non-local resident living alone."""
    son = _made(ZHANG_JIANGUO, county, "02", "20", mother=2, spouse=1)
    wife = _made(LI_XIUFANG, county, "12", "20", spouse=0)
    mother = _made(ZHANG_GUILAN, county, "52", "30")
    grandson = _made(ZHANG_WEI, county, "20", "40", father=0, mother=1)
    grandson.presence = "registered_away"
    child = _made(ZHANG_ZIHAN, county, "42", "10", father=3)
    mother.education, son.political = "80", "01"
    away = _AWAY_COUNTY if county != _AWAY_COUNTY else "421202"
    stranger = _made(LIU_ZHIQIANG, away, "02", "10")
    stranger.presence = "unregistered_here"
    return [Family([son, wife, mother, grandson, child]), Family([stranger], local=False)]


def _made(
    known: KnownPerson,
    county: str,
    relation: str,
    marriage: str,
    *,
    mother: int | None = None,
    father: int | None = None,
    spouse: int | None = None,
) -> Made:
    return Made(
        known.name,
        known.sex,
        known.born,
        relation,
        marriage=marriage,
        education="70",
        region=county,
        number=known.number(county),
        phone=known.phone,
        mother=mother,
        father=father,
        spouse=spouse,
    )
