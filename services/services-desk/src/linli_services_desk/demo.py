"""The demo's two halls. Their names are those of the places in the published division list of 2023."""

from typing import Any

from linli_services_desk.windows.halls import HOURS

HALLS: tuple[dict[str, Any], ...] = (
    {
        "tenant": "421202",
        "division": "421202104221",
        "name": "花坪村便民服务大厅",
        "body": "咸宁市咸安区贺胜桥镇花坪村村民委员会",
        "county_name": "咸安区",
        "township_name": "贺胜桥镇",
        "village_name": "花坪村",
        "address": "咸安区贺胜桥镇花坪村党群服务中心",
        "hours": HOURS,
        "phone": "",
        "complaint_phone": "12345",
    },
    {
        "tenant": "511681",
        "division": "511681002001",
        "name": "古桥社区便民服务大厅",
        "body": "华蓥市古桥街道古桥社区居民委员会",
        "county_name": "华蓥市",
        "township_name": "古桥街道",
        "village_name": "古桥社区",
        "address": "华蓥市古桥街道古桥社区党群服务中心",
        "hours": HOURS,
        "phone": "",
        "complaint_phone": "12345",
    },
)
