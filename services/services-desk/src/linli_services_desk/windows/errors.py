"""What can be wrong at a window."""

from linli_kernel.errors import Conflict


class NobodyWaiting(Conflict):
    code = "desk.nobody_waiting"
    zh = "当前没有候办的号"
    en = "Nobody is waiting"


class NoTicketCalled(Conflict):
    code = "desk.no_ticket_called"
    zh = "本窗口当前没有正在办理的号"
    en = "This window has no ticket in hand"


class WindowClosed(Conflict):
    code = "desk.window_closed"
    zh = "{name}未开放"
    en = "{name} is closed"


class WrongHall(Conflict):
    code = "desk.wrong_hall"
    zh = "只能转到同一大厅的窗口"
    en = "A ticket moves between windows of one hall only"


class NotSkipped(Conflict):
    code = "desk.ticket_not_skipped"
    zh = "{label} 不是今天过号的号"
    en = "{label} did not miss its call today"


class QueueFull(Conflict):
    code = "desk.queue_full"
    zh = "取号的人太多，请到大厅请工作人员取号"
    en = "Too many numbers are waiting: please ask for one at the counter of the hall"
