"""A valid paper of every kind, as 花坪村 would hand it out."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from linli_kernel.documents import DocumentCompiler
from linli_kernel.profile import Profiles
from linli_launcher.fonts import ensure_fonts
from linli_services_desk.documents.papers import (
    AcceptanceNotice,
    Applicant,
    Certificate,
    Decision,
    DocumentKind,
    Issuer,
    MaterialLine,
    MaterialState,
    NotAcceptedNotice,
    Paper,
    Receipt,
    RefusalNote,
    ResidenceCertificate,
    Seal,
    SealState,
    SupplementItem,
    SupplementNotice,
)
from linli_services_desk.documents.render import TEMPLATES
from linli_services_desk.documents.wording import worded

ROOT = Path(__file__).resolve().parents[4]

MOMENT = datetime(2026, 11, 20, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
URL = "https://linli.example.gov.cn/v/421202.4nH7cQx0ZkP2mVbS9aTf1R"
MATTER = "80周岁以上老年人高龄津贴发放"


ISSUER = Issuer(
    body="咸宁市咸安区贺胜桥镇花坪村村民委员会",
    place="咸宁市咸安区贺胜桥镇花坪村便民服务站",
    window="花坪村综合窗口",
    clerk="王敏",
    address="贺胜桥镇花坪村党群服务中心一楼",
    hours="周一至周五 8:30—12:00，14:30—17:30",
    phone="0715-8300000",
    complaint_phone="0715-12345",
)
APPLICANT = Applicant(name="张*兰", identity="421202********002X", phone="138****5678", agent="张*国（长子）")
MATERIALS = (
    MaterialLine(name="居民身份证", state=MaterialState.REUSED, note="有效期至2027年1月"),
    MaterialLine(name="申请人本人的社会保障卡或者银行卡", state=MaterialState.ORIGINAL_CHECKED),
    MaterialLine(name="高龄津贴申请登记表", state=MaterialState.UPLOADED, copies=2),
    MaterialLine(name="近期免冠照片", state=MaterialState.DEFERRED, promised=date(2026, 11, 30)),
)


CASE: dict[str, Any] = {"case_number": "421202104221-2026-000012", "matter": MATTER, "applicant": APPLICANT}
APPLIED: dict[str, Any] = CASE | {"applied_on": date(2026, 11, 20)}
RECEIPT: dict[str, Any] = CASE | {
    "number": "花坪回〔2026〕0012号",
    "received_at": MOMENT,
    "materials": MATERIALS,
    "matter_code": "11421202MB1234567X4421111000",
    "deadline": "承诺10个工作日，2026年12月4日前办结",
    "result": "窗口领取，或由网格员送达",
}
FIELDS: dict[DocumentKind, dict[str, Any]] = {
    DocumentKind.RECEIPT: RECEIPT,
    DocumentKind.RECEIPT_SLIP: RECEIPT,
    DocumentKind.ACCEPTANCE_NOTICE: APPLIED
    | {
        "number": "花坪受〔2026〕0012号",
        "accepted_on": date(2026, 11, 20),
        "deadline": "承诺10个工作日（法定20个工作日）",
        "due_on": date(2026, 12, 4),
        "deferred": MATERIALS[3:],
        "legal_basis": "《湖北省高龄津贴发放管理办法》",
    },
    DocumentKind.SUPPLEMENT_NOTICE: APPLIED
    | {
        "number": "花坪补〔2026〕0012号",
        "items": (
            SupplementItem(name="申请人本人银行卡", reason="所交银行卡户名与申请人不一致", how="原件核验，或拍照上传"),
            SupplementItem(name="近期免冠照片1张", reason="未提交", how="窗口可免费拍摄"),
            SupplementItem(name="代领授权书", reason="由长子代领，缺申请人签名", how="行动不便的由网格员上门办理"),
        ),
        "answer_by": date(2026, 12, 4),
    },
    DocumentKind.NOT_ACCEPTED_NOTICE: APPLIED
    | {
        "number": "花坪不受〔2026〕0003号",
        "reasons": ("申请人年龄未满80周岁", "申请人户籍不在本县（市、区）"),
        "legal_basis": "《湖北省高龄津贴发放管理办法》第四条",
        "remedy": "如不服本决定，可以自收到本通知书之日起六十日内依法申请行政复议。",
    },
    DocumentKind.DECISION: APPLIED
    | {
        "number": "桂花民决〔2026〕0041号",
        "approved": True,
        "facts": "申请人现年83周岁，户籍在花坪村3组，材料齐全，村级核查属实，公示七日无异议。",
        "legal_basis": "《湖北省高龄津贴发放管理办法》",
        "content": (
            "自2026年12月起按月发放高龄津贴，标准为每人每月100元。",
            "津贴发放至申请人本人社会保障卡账户。",
        ),
        "effective_on": date(2026, 12, 1),
        "remedy": "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议。",
    },
    DocumentKind.RESIDENCE_CERTIFICATE: {
        "number": "花坪证〔2026〕0007号",
        "seal": Seal(name=ISSUER.body, state=SealState.IMPRINT),
        "case_number": CASE["case_number"],
        "name": "张桂兰",
        "sex": "女",
        "birth_date": date(1943, 6, 11),
        "identity_number": "42120219430611002X",
        "hukou_place": "咸宁市咸安区贺胜桥镇花坪村",
        "since": date(2010, 3, 1),
        "address": "咸宁市咸安区贺胜桥镇花坪村3组12号",
        "purpose": "办理公租房申请",
        "valid_until": date(2027, 2, 20),
        "verified_how": "经花坪村第三网格网格员入户核实，村民委员会审核",
    },
    DocumentKind.CERTIFICATE: {
        "number": "花坪证〔2026〕0008号",
        "seal": Seal(name=ISSUER.body, state=SealState.IMPRINT),
        "case_number": CASE["case_number"],
        "title": "种植养殖情况证明",
        "recipient": "咸安区农业保险服务中心",
        "paragraphs": (
            "兹证明张桂兰，住花坪村3组12号，自2015年3月1日起在本村从事黄桃种植，现有规模：12亩。",
            "上述情况经本村实地核实，仅用于办理农业保险，有效期至2027年2月20日。",
        ),
        "note": "本证明不收取任何费用。",
    },
    DocumentKind.REFUSAL_NOTE: {
        "number": "花坪告〔2026〕0002号",
        "certificate": "婚姻状况证明",
        "applicant": APPLICANT,
        "asked_on": date(2026, 11, 20),
        "competent_issuer": "县级民政部门婚姻登记机关",
        "legal_basis": "《关于改进和规范基层群众性自治组织出具证明工作的指导意见》（民发〔2020〕20号）",
        "how": "本人持居民身份证到婚姻登记机关办理。",
    },
}
STRUCTS: dict[DocumentKind, type[Paper]] = {
    DocumentKind.RECEIPT: Receipt,
    DocumentKind.RECEIPT_SLIP: Receipt,
    DocumentKind.ACCEPTANCE_NOTICE: AcceptanceNotice,
    DocumentKind.SUPPLEMENT_NOTICE: SupplementNotice,
    DocumentKind.NOT_ACCEPTED_NOTICE: NotAcceptedNotice,
    DocumentKind.DECISION: Decision,
    DocumentKind.RESIDENCE_CERTIFICATE: ResidenceCertificate,
    DocumentKind.CERTIFICATE: Certificate,
    DocumentKind.REFUSAL_NOTE: RefusalNote,
}


class Samples:
    """Makes valid papers; keyword arguments replace single fields."""

    url = URL
    moment = MOMENT
    issuer = ISSUER
    applicant = APPLICANT
    texts = Profiles.load(ROOT / "profiles").for_tenant("421202").desk.papers

    def __call__(self, kind: DocumentKind, **changes: Any) -> Paper:
        shared: dict[str, Any] = {
            "issuer": ISSUER,
            "verify_url": URL,
            "issued_at": MOMENT,
            "seal": Seal(name=ISSUER.body),
        }
        return worded(kind, STRUCTS[kind](**(shared | FIELDS[kind] | changes)), self.texts)


@pytest.fixture(scope="session")
def samples() -> Samples:
    return Samples()


@pytest.fixture(scope="session")
def fonts() -> Path:
    return ensure_fonts()


@pytest.fixture(scope="session")
def compiler(fonts: Path) -> DocumentCompiler:
    return DocumentCompiler(TEMPLATES, fonts)
