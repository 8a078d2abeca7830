"""What can be wrong with a command on a rectification."""

from linli_kernel.errors import Conflict


class RectificationOver(Conflict):
    code = "desk.rectification_state"
    zh = "整改{state}，不能执行此操作"
    en = "The rectification is in the state “{state_en}” and does not take this command"


class CallBackMissing(Conflict):
    code = "desk.call_back_missing"
    zh = "请先回访群众，再登记整改完成"
    en = "Call the resident back before the rectification is completed"


class AppealedOnce(Conflict):
    code = "desk.appealed_once"
    zh = "同一差评只能申诉一次"
    en = "A rating can be appealed against once"


class OwnAppeal(Conflict):
    code = "desk.own_appeal"
    zh = "提出申诉的人不能复核自己的申诉"
    en = "Whoever appealed cannot decide the appeal"
