"""What can go wrong when the log is read."""

from linli_kernel.errors import NotFound


class LogNotFound(NotFound):
    code = "supervision.log_not_found"
    zh = "没有这个县区的账本"
    en = "No such log"


class EntryNotFound(NotFound):
    code = "supervision.entry_not_found"
    zh = "没有这条记录"
    en = "No such entry"


class NumberNotFound(NotFound):
    code = "supervision.number_not_found"
    zh = "没有这个编号的办件或文书"
    en = "No case or paper of this number"


class NotSignedYet(NotFound):
    code = "supervision.entry_not_signed_yet"
    zh = "这条记录尚未进入已签名的检查点，请稍后再试"
    en = "The entry is not covered by a signed checkpoint yet; try again shortly"


class TileNotFound(NotFound):
    code = "supervision.tile_not_found"
    zh = "没有这个哈希块"
    en = "No such tile"


class SizeNotReached(NotFound):
    code = "supervision.size_not_reached"
    zh = "账本还没有这么多记录"
    en = "The log has not grown to this size"
