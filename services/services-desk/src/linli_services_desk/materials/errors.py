"""What can be wrong with a material or its file."""

from linli_kernel.errors import Conflict, NotFound


class UnknownMaterial(NotFound):
    code = "desk.unknown_material"
    zh = "该事项没有材料“{material}”"
    en = "The matter has no material {material}"


class NotDeferrable(Conflict):
    code = "desk.material_not_deferrable"
    zh = "“{name}”是主要材料，不能容缺"
    en = "{name} is essential and cannot be deferred"


class NoPaperOnFile(Conflict):
    code = "desk.no_paper_on_file"
    zh = "没有可复用的“{name}”，或已过有效期"
    en = "There is no valid {name} on file"


class FileMissing(Conflict):
    code = "desk.file_missing"
    zh = "请先上传“{name}”"
    en = "Upload {name} first"


class MaterialThere(Conflict):
    code = "desk.material_there"
    zh = "“{name}”已经有了，不必再向申请人索要"
    en = "{name} is there already: nobody needs to be asked for it"
