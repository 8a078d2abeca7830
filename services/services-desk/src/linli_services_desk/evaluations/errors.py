"""What can be wrong with a rating."""

from linli_kernel.errors import Conflict


class NotDecidedYet(Conflict):
    code = "desk.not_decided_yet"
    zh = "办件尚未办结，办结后即可评价"
    en = "The case is not decided yet; it can be rated afterwards"


class AlreadyRated(Conflict):
    code = "desk.already_rated"
    zh = "您已评价过，感谢您的评价"
    en = "This case has been rated already"
