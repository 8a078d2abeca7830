"""What can go wrong with an alarm."""

from linli_kernel.errors import Conflict, NotFound


class AlarmNotFound(NotFound):
    code = "supervision.alarm_not_found"
    zh = "没有这条警报"
    en = "No such alarm"


class AlarmAnswered(Conflict):
    code = "supervision.alarm_answered"
    zh = "这条警报已有答复"
    en = "The alarm has been answered"
