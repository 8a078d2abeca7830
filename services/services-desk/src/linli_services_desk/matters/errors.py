"""What can be wrong with a matter."""

from linli_kernel.errors import Conflict, Invalid


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
