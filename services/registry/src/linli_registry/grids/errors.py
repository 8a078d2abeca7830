"""What a change of a grid or dwelling can be refused for."""

from linli_kernel.errors import Conflict


class GridCodeTaken(Conflict):
    code = "registry.grid_code_taken"
    zh = "该村已有这个网格编号"
    en = "The village already has a grid with this code"


class GridInUse(Conflict):
    code = "registry.grid_in_use"
    zh = "网格内还有房屋或住户，请先划入其他网格"
    en = "The grid still holds dwellings or households; move them to another grid first"


class PersonEnded(Conflict):
    code = "registry.grid_person_ended"
    zh = "离任日期不能早于到任日期，也不能晚于今天"
    en = "The last day must not lie before the first nor in the future"


class GridEnded(Conflict):
    code = "registry.grid_ended"
    zh = "网格已停用"
    en = "The grid has ended"


class DwellingInUse(Conflict):
    code = "registry.dwelling_in_use"
    zh = "还有住户住在这里，请先办理搬家或迁出"
    en = "A household still lives here; move it first"
