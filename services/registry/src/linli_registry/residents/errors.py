"""What a registration or a look-up of a resident can be refused for."""

from linli_kernel.errors import Conflict, Forbidden


class IdentityNumberTaken(Conflict):
    code = "registry.identity_number_taken"
    zh = "该证件号码已在本县登记，请查找已有的人员"
    en = "This identity number is already registered in the county; look the person up"


class IdentityNumberKept(Conflict):
    code = "registry.identity_number_kept"
    zh = "不能清空已登记的证件号码"
    en = "A registered identity number cannot be cleared"


class ResidentVoid(Conflict):
    code = "registry.registration_void"
    zh = "此人的登记已作废"
    en = "This registration is void"


class RevealNotAllowed(Forbidden):
    code = "registry.reveal_not_allowed"
    zh = "本地规定您的岗位不能查看完整号码"
    en = "This place does not let your post see whole numbers"


class ChildProtected(Forbidden):
    code = "registry.child_protected"
    zh = "未满 14 周岁儿童的信息受特别保护，您的岗位不能查看"
    en = "Data of children under 14 are specially protected; your post may not see them"
