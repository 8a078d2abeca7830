"""The way of an allowance to the day where it is accepted, or decided: what many stories begin with."""

from typing import Any

from linli_kernel.identity import Role

ALLOWANCE = "80周岁以上老年人高龄津贴发放"


async def accepted_case(hire: Any, clerk: Any = None) -> dict[str, Any]:
    clerk = clerk or hire(Role.CLERK)
    opened: dict[str, Any] = await clerk.open(ALLOWANCE, form={"bank_account": "6217001234567890123"})
    await clerk.tick_all(opened["id"])
    moved = await clerk.do(opened["id"], "accept")
    return {**opened, **moved}


async def decided_case(hire: Any, clerk: Any = None) -> dict[str, Any]:
    case = await accepted_case(hire, clerk)
    await hire(Role.VILLAGE_OFFICIAL).do(case["id"], "steps/village_check/complete")
    return {**case, **await hire(Role.TOWNSHIP_OFFICER).do(case["id"], "decide", {"outcome": "approved"})}
