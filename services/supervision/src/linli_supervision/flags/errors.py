"""What can go wrong with a flag."""

from linli_kernel.errors import Conflict, Forbidden, Invalid


class OwnFlag(Forbidden):
    code = "supervision.own_flag"
    zh = "预警涉及本人，须由他人处理"
    en = "The flag is about you; somebody else handles it"


class FlagOfAnother(Conflict):
    code = "supervision.flag_of_another"
    zh = "请先接手这条预警，再写处理结果"
    en = "Take the flag over first"


class WrongFlagState(Conflict):
    code = "supervision.flag_state"
    zh = "这条预警现在不能这样处理，请刷新后再看"
    en = "The flag cannot take this step now"


class CannotBeGiven(Invalid):
    code = "supervision.flag_assignee"
    zh = "不能交给这个人：须是能看到它、又不涉及的监督人员"
    en = "Not to this person: only to somebody who may see it and whom it is not about"
