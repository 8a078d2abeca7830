"""What an answer to an alert can be refused for."""

from linli_kernel.errors import Conflict


class AlertAnswered(Conflict):
    code = "supervision.alert_answered"
    zh = "这条提示已经答复过"
    en = "This alert has been answered already"


class OwnAlert(Conflict):
    code = "supervision.own_alert"
    zh = "涉及本人账号的提示须由他人答复"
    en = "An alert about your own account is answered by somebody else"
