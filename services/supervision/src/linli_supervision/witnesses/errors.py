"""What can go wrong between a log and its witnesses."""

from linli_kernel.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownWitness(Forbidden):
    code = "supervision.witness_unknown"
    zh = "没有登记的见证人签名"
    en = "No signature of a registered witness"


class NotOurCheckpoint(Invalid):
    code = "supervision.not_our_checkpoint"
    zh = "不是本账本签名的检查点"
    en = "Not a checkpoint signed by this log"


class SplitView(Conflict):
    code = "supervision.split_view"
    zh = "见证人所见的账本与本账本不同，已拉响警报"
    en = "The witness saw another log than this one; an alarm was raised"


class WitnessNotFound(NotFound):
    code = "supervision.witness_not_found"
    zh = "没有这个见证人"
    en = "No such witness"


class WitnessRegistered(Conflict):
    code = "supervision.witness_registered"
    zh = "同名的见证人已登记"
    en = "A witness of this name is registered"


class WitnessRetired(Conflict):
    code = "supervision.witness_retired"
    zh = "见证人已停用"
    en = "The witness has retired"
