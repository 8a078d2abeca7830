"""What can be wrong between a window and its pad."""

from linli_kernel.errors import Conflict, NotFound


class PadCodeUnknown(NotFound):
    code = "desk.pad_code_unknown"
    zh = "配对码不对或已过期，请工作人员重新显示"
    en = "The code is wrong or has expired: ask for a new one"


class NoPad(Conflict):
    code = "desk.no_pad"
    zh = "本窗口没有配对的评价屏"
    en = "No pad is paired with this window"


class TaskGone(Conflict):
    code = "desk.pad_task_gone"
    zh = "这一步已结束，请工作人员重新发起"
    en = "This question is over: ask the clerk to start again"
