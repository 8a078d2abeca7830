"""Which columns of the desk are encrypted, for the job that brings them under a new key.

Files are large: few of them go into one transaction.
"""

from linli_kernel.reencryption import Sealed

SEALED = (
    Sealed("desk_case", ("applicant", "form", "agent")),
    Sealed("attachment", ("filename", "content"), batch=5),
    Sealed("document", ("facts", "content", "sealed_content"), batch=20),
    Sealed("rectification", ("measures", "appeal", "appeal_answer"), key=("case_id",), row=("case_id",)),
    Sealed("evaluation", ("comment",), key=("case_id",), row=("case_id",)),
    Sealed("signature", ("content",), batch=20),
    Sealed("whistle", ("content",)),
    Sealed("whistle_duty", ("answer",)),
    Sealed("whistle_report", ("person", "comment")),
    Sealed("whistle_event", ("note",)),
    Sealed("subscription", ("phone",)),
    Sealed("whistle_photo", ("content",), batch=5),
)
