"""A village's own list of 2,000 people as villages keep them, and its repair from the annotated copy.

`write SEED FILE` makes the list with its mistakes and prints, as JSON, what is in it. `repair SEED COPY FILE` sets right
whatever the copy marks and prints how many cells that were. The same seed is the same village.
"""

import json
import random
import sys
from datetime import date, timedelta
from typing import Any

from linli_kernel.codes import identity
from linli_kernel.codes.regions import known_counties
from openpyxl import Workbook, load_workbook

PEOPLE = 2000
VILLAGE = "花坪村"
TITLES = (f"{VILLAGE}常住人口花名册", "填报单位：村民委员会　　填报日期：2026.11.18　　单位：人")
HEADERS = (
    "序号", "户号", "户主", "人员", "与户主关系", "身份证号码", "性别", "出生年月日",
    "民族", "本人联系", "包户干部电话", "家庭住址", "文化程度", "备注",
)  # fmt: skip
FIRST_ROW = len(TITLES) + 2
SURNAMES = "王李张刘陈杨黄周吴徐孙胡朱高林何"
GIVEN = "建国桂英兰志强玉梅春生福根金花德厚文斌小燕海涛红霞永贵丽娟大勇"
OFFICIAL_PHONE = "13907240001"
TODAY = date(2026, 11, 18)
# The youngest have no number yet.
NUMBERED_BEFORE = date(2024, 1, 1)
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_SERIALS_START = date(1899, 12, 30)
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
# The story reads these by heart; whoever comes later is written by many hands.
WRITTEN_PLAINLY = 20
_MARKED = ("FBE9E7", "FFF4DC")

Line = dict[str, Any]


def _scientific(line: Line) -> str:
    return f"{int(line['身份证号码'][:17]) / 10**16:.5f}E+17"


def _wrong_check(line: Line) -> str | None:
    number = line["身份证号码"]
    return number and number[:17] + ("1" if number[17] == "0" else "0")


MISTAKES = (
    # (how many, the column, who can have it, what stands there instead)
    (9, "身份证号码", lambda line: line["身份证号码"], _wrong_check),
    (4, "身份证号码", lambda line: line["身份证号码"] and "X" not in line["身份证号码"], _scientific),
    (3, "出生年月日", lambda line: not line["身份证号码"], lambda _: "属龙，腊月生"),
    (5, "与户主关系", lambda line: line["与户主关系"] in ("子", "女"), lambda _: "老大"),
    (4, "本人联系", lambda line: line["本人联系"], lambda line: line["本人联系"][:10]),
    (6, "与户主关系", lambda line: line["与户主关系"] == "女", lambda _: None),
)
# Of these only the last is no error: who has no relation is registered as another relative, with a warning.
FAULTY = sum(count for count, *_ in MISTAKES[:-1])


def _old(number: str) -> str:
    """The fifteen digits that papers of the last century have."""
    return number[:6] + number[8:17] if number[6:8] == "19" else number


# How a number that is right is written all the same: each is read without a word, or with a warning.
HANDS = (
    lambda number: number.translate(_WIDE),
    _old,
    str.lower,
    lambda number: f"{number[:6]} {number[6:14]} {number[14:]}",
    lambda number: f"'{number}",
    str,
    str,
)


def as_written(place: int, line: Line) -> Line:
    """A line as it stands in the list: full-width digits, old numbers, blanks inside names and numbers."""
    if place < WRITTEN_PLAINLY:
        return line
    name, number = line["人员"], line["身份证号码"]
    spaced = f"{name[0]}　{name[1:]}" if place % 6 == 0 else name
    return line | {"人员": spaced, "身份证号码": number and HANDS[place % len(HANDS)](number)}


class Village:
    """The list as it should be, one dictionary a person, and the cells that are wrong in it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)  # noqa: S311
        # A county that no other seed's people come from: nobody is met again in a system that has had another list.
        counties = sorted(known_counties())
        self.region = counties[seed % len(counties)]
        self.numbers: set[str] = set()
        self.lines: list[Line] = []
        self.households = 0
        self._known_families(seed)
        while len(self.lines) < PEOPLE:
            self._family(self._day(1955, 1992), children=self.chance.randint(0, 2), elders=self.chance.random() < 0.2)
        del self.lines[PEOPLE:]
        self.wrong = self._mistakes()

    def _known_families(self, seed: int) -> None:
        """People whom the story meets again; who has no number is known by name and birth date, so the seed gives that."""
        married = date(1974, 1, 1) + timedelta(days=seed % 2500)
        self._family(date(1952, 4, 8), surname="王", children=0)
        self._join(self._person("王", "女", "女", married, given="秀瑛", numbered=False))
        self.surplus = self.lines[-1]
        self._family(date(1976, 9, 2), children=1)
        self.wife = self.lines[-2]
        self.wife |= self._person("王", "妻", "女", married, given="秀英") | {
            "户主": self.wife["户主"],
            "家庭住址": self.wife["家庭住址"],
        }
        self.surplus["本人联系"] = self.wife["本人联系"] = "13507241234"
        self._family(date(1968, 3, 9), children=0, elders=True)
        self.elder = self.lines[-1]
        self._family(date(1996, 8, 1), children=0)
        self.young = self.lines[-2]

    def _family(self, born: date, *, surname: str = "", children: int, elders: bool = False) -> None:
        pick, surname = self.chance, surname or self.chance.choice(SURNAMES)
        self.households += 1
        head = self._person(surname, "户主", "男", born)
        head["本人联系"] = f"1{pick.randint(33, 39)}{pick.randint(0, 99_999_999):08d}"
        head |= {"户号": str(self.households), "户主": head["人员"]}
        head["家庭住址"] = f"{VILLAGE}{self.households % 9 + 1}组{self.region}-{self.households}号"
        self.lines.append(head)
        self._join(self._person(pick.choice(SURNAMES), "妻", "女", born + timedelta(days=pick.randint(100, 1400))))
        for _ in range(children):
            sex = pick.choice("男女")
            late = min(born + timedelta(days=pick.randint(8100, 13000)), TODAY - timedelta(days=pick.randint(20, 900)))
            self._join(self._person(surname, "子" if sex == "男" else "女", sex, late))
        if elders:
            self._join(self._person(surname, "父亲", "男", born - timedelta(days=pick.randint(8000, 9000))))

    def _join(self, line: Line) -> None:
        head = next(one for one in reversed(self.lines) if one["户号"])
        self.lines.append(line | {"户主": head["人员"], "家庭住址": head["家庭住址"]})

    def _day(self, first: int, last: int) -> date:
        return date(self.chance.randint(first, last), self.chance.randint(1, 12), self.chance.randint(1, 28))

    def _person(
        self, surname: str, relation: str, sex: str, born: date, *, given: str = "", numbered: bool = True
    ) -> Line:
        line: Line = dict.fromkeys(HEADERS)
        line |= {
            "人员": surname + (given or "".join(self.chance.sample(GIVEN, 2))),
            "与户主关系": relation,
            "性别": sex,
        }
        line |= {"民族": self.chance.choice(("汉", "汉族", "土家族")), "包户干部电话": OFFICIAL_PHONE}
        if not numbered or born >= NUMBERED_BEFORE:
            return line | {"出生年月日": f"{born:%Y-%m-%d}"}
        return line | {"身份证号码": self._number(born, sex), "出生年月日": self._spelt(born)}

    def _number(self, born: date, sex: str) -> str:
        while True:
            made = identity.make(self.region, born, self.chance.randrange(1, 499) * 2 + (sex == "男"))
            if made not in self.numbers:
                self.numbers.add(made)
                return made

    def _spelt(self, born: date) -> str | int:
        """The same day as different people write it; what is left out stands in the number."""
        spellings = (
            f"{born:%Y-%m-%d}", f"{born.year}.{born.month}.{born.day}", f"{born.year}年{born.month}月{born.day}日",
            f"{born:%Y%m%d}", f"{born.year % 100:02d}.{born.month}.{born.day}", (born - _SERIALS_START).days,
            f"{born.year}".translate(_CHINESE) + "年",
        )  # fmt: skip
        return self.chance.choice(spellings)

    def _mistakes(self) -> dict[tuple[int, str], Any]:
        """{(place of the line, column): what stands there instead}, one a line, none with people the story meets."""
        free = list(range(20, len(self.lines)))
        self.chance.shuffle(free)
        wrong: dict[tuple[int, str], Any] = {}
        for count, column, may, spoil in MISTAKES:
            for place in [p for p in free if may(self.lines[p])][:count]:
                wrong[place, column] = spoil(self.lines[place])
                free.remove(place)
        return wrong


def write(village: Village, target: str) -> dict[str, Any]:
    book = Workbook(write_only=True)
    page = book.create_sheet("花名册")
    for title in TITLES:
        page.append([title])
    # The county remembers corrected columns by the row of headers: another village has a row of its own.
    page.append([*HEADERS[:-1], f"{HEADERS[-1]}{village.seed}"])
    for place, line in enumerate(village.lines):
        shown = as_written(place, line) | {"序号": place + 1}
        page.append([village.wrong.get((place, column), shown[column]) for column in HEADERS])
    book.save(target)
    first = min(
        place for place, column in village.wrong if village.wrong[place, column] == _wrong_check(village.lines[place])
    )
    return {
        "people": len(village.lines),
        "households": village.households,
        "faulty": FAULTY,
        "married": {"name": village.wife["人员"], "number": village.wife["身份证号码"]},
        "surplus": {"name": village.surplus["人员"]},
        "elder": {"name": village.elder["人员"], "number": village.elder["身份证号码"]},
        "young": {"name": village.young["人员"], "number": village.young["身份证号码"]},
        "first": {"row": first + FIRST_ROW, "right": village.lines[first]["身份证号码"]},
    }


def repair(village: Village, copy: str, target: str) -> dict[str, Any]:
    book = load_workbook(copy)
    page = book.active
    repaired = 0
    for place, line in enumerate(village.lines):
        for n, column in enumerate(HEADERS, 1):
            cell = page.cell(place + FIRST_ROW, n)
            if cell.fill.fgColor.rgb[-6:] in _MARKED:
                cell.value, cell.comment = line[column], None
                repaired += 1
    book.save(target)
    return {"repaired": repaired}


if __name__ == "__main__":
    act, seed, *files = sys.argv[1:]
    print(json.dumps({"write": write, "repair": repair}[act](Village(int(seed)), *files), ensure_ascii=False))
