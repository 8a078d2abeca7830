"""What an upload or a step of an import can be refused for."""

from linli_kernel.errors import Conflict, Invalid


class FileUnreadable(Invalid):
    code = "import.file_unreadable"
    zh = "打不开这个文件：{reason_zh}"
    en = "This file cannot be opened: {reason_en}"


class WrongState(Conflict):
    code = "import.wrong_state"
    zh = "这次导入现在不能这样做，请刷新后查看进度"
    en = "The import is at another step; refresh to see where it stands"


class MappingIncomplete(Conflict):
    code = "import.mapping_incomplete"
    zh = "请至少指定“姓名”列，以及“与户主关系”“户号”“户主姓名”中的一列"
    en = "Name the column of names, and one of relation, household number or name of the head"


class ErrorsLeft(Conflict):
    code = "import.errors_left"
    zh = "还有 {households} 户存在错误；请先改正，或选择先导入没有错误的户"
    en = "{households} households still have errors; repair them, or import the others first"


class NotYourFile(Conflict):
    code = "import.not_your_file"
    zh = "只有上传文件的人可以查看和修改其中的内容"
    en = "Only who uploaded the file may see and change its cells"


class FileGone(Conflict):
    code = "import.file_gone"
    zh = "文件已过期删除，请重新生成"
    en = "The file has expired; prepare it again"
