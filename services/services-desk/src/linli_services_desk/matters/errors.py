"""What can be wrong with a matter."""

from linli_kernel.errors import Conflict, Forbidden, Invalid


class CertificateForbidden(Conflict):
    code = "desk.certificate_forbidden"
    zh = "“{name}”不由村（社区）出具，请到{issuer}办理。依据：{basis}"
    en = "A village does not issue the certificate “{name_en}”: ask {issuer_en}. Basis: {basis}"


class MatterNotReady(Conflict):
    code = "desk.matter_not_ready"
    zh = "“{name}”目前只有办事指南，尚未配置表单和环节"
    en = "{name} is a guide entry only: its form and steps are not set up yet"


class CatalogueUnreadable(Invalid):
    code = "desk.catalogue_unreadable"
    zh = "文件不是事项目录：需要 UTF-8 编码、含规定表头的 CSV"
    en = "The file is no matter catalogue: CSV in UTF-8 with the expected header is needed"


class DraftOpen(Conflict):
    code = "desk.draft_open"
    zh = "“{name}”已有一份草稿，由{by}起草"
    en = "There is a draft of {name} already, by {by}"


class DraftCommandNotAllowed(Conflict):
    code = "desk.draft_command_not_allowed"
    zh = "草稿{state}，不能执行此操作"
    en = "A draft that is {state_en} does not take this command"


class OwnDraft(Conflict):
    code = "desk.own_draft"
    zh = "起草人不能审核自己的草稿，请由他人审核"
    en = "Who wrote a draft cannot review it: somebody else must"


class OtherDepartment(Forbidden):
    code = "desk.other_department"
    zh = "“{name}”属于{department}，请由该部门起草"
    en = "{name} belongs to {department}"


class NoShortenedLimit(Conflict):
    code = "desk.no_shortened_limit"
    zh = "“{name}”没有设置一路绿灯时限"
    en = "{name} has no shortened limit"
