"""What a transfer can be refused for."""

from linli_kernel.errors import Conflict


class CountyNotConnected(Conflict):
    code = "registry.county_not_connected"
    zh = "迁入地不在本系统内，请按迁出办理"
    en = "The destination's county is not in this system; register a move out instead"


class SameCounty(Conflict):
    code = "registry.same_county"
    zh = "县内迁移请办理迁出迁入，不需要跨县转移"
    en = "Within the county use move out and move in"


class AlreadyMoving(Conflict):
    code = "registry.already_moving"
    zh = "其中有人正在跨县转移"
    en = "Somebody of them is already being transferred"


class NotInThisState(Conflict):
    code = "registry.transfer_state"
    zh = "该转移当前的状态不能这样办理"
    en = "The transfer cannot do this in its present state"


class LivedThereThen(Conflict):
    code = "registry.lived_there_then"
    zh = "{since} 起才在迁出地该户居住，迁入日期不能早于这一天"
    en = "They came into the household they leave on {since}; nobody moves in here before that day"


class KnownInAnotherVillage(Conflict):
    code = "registry.known_in_another_village"
    zh = "{name}已登记在本县其他村（社区），请先由那里办理迁出，或由乡镇（街道）接收"
    en = "{name} is registered in another village here; let that village register the move, or the township accept"


class TransferredAway(Conflict):
    code = "registry.transferred_away"
    zh = "此人已转往{county}，现登记在那里；要迁回，请由{county}发起跨县转移，在“跨县转移”中接收"
    en = "They were transferred to {county} and are registered there; to have them back, {county} asks for a transfer that is accepted here"


class LeftThereToo(Conflict):
    code = "registry.left_there_too"
    zh = "此人曾转往{county}，那里也已登记迁出；请找到原来的登记，在所入的户办理“返回”并附凭据"
    en = "They were transferred to {county}, which has registered their departure; find the old record and register their return into a household, with papers"


class LivedElsewhereThen(Conflict):
    code = "registry.lived_elsewhere_then"
    zh = "此人 {since} 至 {until} 登记居住在{county}，请核对日期"
    en = "From {since} to {until} they were registered in {county}; check the day"
