"""The accounts of the demo places, exactly as the API contract lists them.

They exist in the demo only: the password is public and refused everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.identity import ANY_TENANT, Role

CLIENT_ID: Final = "demo-province"
CLIENT_SECRET: Final = "Linli#2026demo-province"  # noqa: S105 - published in the manual
CLIENT_TENANT: Final = "421202"
CLIENT_SCOPES: Final = ("matters.read", "cases.read", "cases.write", "evaluations.read", "statistics.read")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One demo account with its single post."""

    username: str
    name: str
    role: Role
    tenants: tuple[str, ...]
    divisions: tuple[str, ...]
    title: str
    division_name: str
    department: str | None = None

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"urn:linli:demo:{self.username}")


@dataclass(frozen=True, slots=True)
class _Place:
    tenant: str
    village: str
    village_name: str
    township_name: str
    county_name: str
    prefecture_name: str
    prefecture_tenants: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def is_community(self) -> bool:
        return self.village_name.endswith("社区")


# Names in the order of the posts below; invented, ordinary for the two places.
PLACES: Final = (
    _Place(
        tenant="421202",
        village="421202104221",
        village_name="花坪村",
        township_name="贺胜桥镇",
        county_name="咸安区",
        prefecture_name="咸宁市",
        prefecture_tenants=("421202", "421221", "421222", "421223", "421224", "421281"),
        names=(
            "王敏",
            "陈国栋",
            "刘桂英",
            "周德明",
            "余小军",
            "黄秀兰",
            "程建平",
            "钱玉珍",
            "吴晓峰",
            "郑丽华",
            "何志强",
            "徐正清",
        ),
    ),
    _Place(
        tenant="511681",
        village="511681002001",
        village_name="古桥社区",
        township_name="古桥街道",
        county_name="华蓥市",
        prefecture_name="广安市",
        prefecture_tenants=("511681",),
        names=(
            "李婷",
            "唐光华",
            "蒋丽",
            "邓永福",
            "罗江",
            "杨素琼",
            "谢明富",
            "曾庆芳",
            "彭涛",
            "廖春燕",
            "龙建国",
            "冯立新",
        ),
    ),
)


def accounts() -> list[DemoAccount]:
    """Return every demo account."""
    found = [account for place in PLACES for account in _of_place(place)]
    return [
        *found,
        DemoAccount("system_admin", "系统管理员", Role.SYSTEM_ADMIN, (ANY_TENANT,), (), "系统管理员", "全系统"),
    ]


def _of_place(place: _Place) -> list[DemoAccount]:
    village, township, county = place.village, place.village[:9], place.tenant
    committee = "社区" if place.is_community else "村"
    posts: list[tuple[str, Role, str, str]] = [
        ("clerk", Role.CLERK, village, "综合窗口"),
        ("village_official", Role.VILLAGE_OFFICIAL, village, f"{committee}党组织书记、主任"),
        ("bookkeeper", Role.BOOKKEEPER, village, "报账员"),
        ("supervisor", Role.SUPERVISOR, village, f"{'居' if place.is_community else '村'}务监督委员会主任"),
        ("grid_worker", Role.GRID_WORKER, village, "网格员"),
        ("custodian1", Role.CUSTODIAN, village, "印章保管人（一）"),
        ("custodian2", Role.CUSTODIAN, village, "印章保管人（二）"),
        ("custodian3", Role.CUSTODIAN, village, "印章保管人（三）"),
        ("township_officer", Role.TOWNSHIP_OFFICER, township, f"{place.township_name}社会事务办"),
        ("department_officer", Role.DEPARTMENT_OFFICER, county, f"{place.county_name}民政局"),
        ("county_admin", Role.COUNTY_ADMIN, county, f"{place.county_name}系统管理"),
    ]
    names = {12: place.village_name, 9: place.township_name, 6: place.county_name}
    found = [
        DemoAccount(
            username=f"{prefix}.{division}",
            name=name,
            role=role,
            tenants=(county,),
            divisions=(division,),
            title=title,
            division_name=names[len(division)],
            department="民政局" if role is Role.DEPARTMENT_OFFICER else None,
        )
        for (prefix, role, division, title), name in zip(posts, place.names, strict=False)
    ]
    prefecture = county[:4]
    auditor = DemoAccount(
        username=f"auditor.{prefecture}",
        name=place.names[-1],
        role=Role.AUDITOR,
        tenants=place.prefecture_tenants,
        divisions=(prefecture,),
        title=f"{place.prefecture_name}审计局",
        division_name=place.prefecture_name,
    )
    return [*found, auditor]
