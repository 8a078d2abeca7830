"""What a merge, its undoing or a decision on a pair can be refused for."""

from linli_kernel.errors import Conflict


class PairDecided(Conflict):
    code = "registry.pair_decided"
    zh = "这一对已经处理过"
    en = "This pair has been decided already"


class SamePerson(Conflict):
    code = "registry.same_record"
    zh = "两条记录是同一条"
    en = "Both are the same record"


class MergeOfRelatives(Conflict):
    code = "registry.merge_of_relatives"
    zh = "两人之间登记有亲属关系，不能合并；请先更正亲属关系"
    en = "A kinship link is registered between the two; correct it before a merge"


class OneIsDead(Conflict):
    code = "registry.merge_one_dead"
    zh = "一条记录已登记死亡而另一条没有；请先登记死亡或更正"
    en = "One record is registered as dead and the other is not; register the death or correct it first"


class OneIsMoving(Conflict):
    code = "registry.merge_one_moving"
    zh = "其中一人正在跨县转移；请等转移完成，或先撤回转移"
    en = "One of them is being transferred to another county; wait until it is done, or take the transfer back first"


class OneLivesElsewhere(Conflict):
    code = "registry.merge_one_elsewhere"
    zh = "其中一条记录已转往外县，现登记在那里；另一条若是同一人，请先为其登记迁出，再合并"
    en = "One record was transferred to another county, which has them; if the other is the same person, register their departure before a merge"


class RecordMerged(Conflict):
    code = "registry.resident_merged"
    zh = "此人的登记已并入另一条记录"
    en = "This record was merged into another"


class MergeUndone(Conflict):
    code = "registry.merge_undone"
    zh = "这次合并已经撤销"
    en = "This merge has been undone already"


class LaterMergeFirst(Conflict):
    code = "registry.later_merge_first"
    zh = "保留的记录后来又并入了别的记录，请先撤销那一次合并"
    en = "The kept record was itself merged later; undo that merge first"


class NumberInTheWay(Conflict):
    code = "registry.number_in_the_way"
    zh = "撤销后证件号码会与另一条记录重复；请先更正该号码"
    en = "Undoing would register an identity number twice; correct the number first"
