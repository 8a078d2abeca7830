"""The desk's papers, read back by a foreign reader: what they say, what they never do, what they cost."""

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from linli_kernel.documents import MISSING, DocumentCompiler
from linli_kernel.profile.papers import NOTICE_FACTS
from linli_services_desk.documents.papers import Applicant, DocumentKind, Seal, SealState
from linli_services_desk.documents.render import PAPERS, TITLES, render, render_in_thread
from linli_services_desk.documents.wording import worded

HOSTILE = (
    "#panic(1)",
    '"; #read("/etc/passwd")',
    "$sum_(i=1)^n$ *粗* _斜_ `码` <标签> @引用",
    "\\u{41} \\ // 注释 /* x */",
    '#include "paper.typ" #sys.inputs',
    "= 标题\n- 列表\n+ 编号",
    "]]} #{ [",
    "{{data}} ${x} %s <script>alert(1)</script>",
)
RARE = "䶮𬱖𫖯㛃𠅤喆堃曌䲜㐂"


def text_of(pdf: bytes) -> str:
    """Return the text of all pages without white space (lines break anywhere in Chinese)."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


def squeezed(value: str) -> str:
    return "".join(value.split())


def spoken_of(kind: DocumentKind, words: str) -> dict[str, Any]:
    """The fields of this kind that take what a person typed."""
    if kind is DocumentKind.RESIDENCE_CERTIFICATE:
        return {"name": words, "address": words}
    if kind is DocumentKind.CERTIFICATE:
        return {"recipient": words, "paragraphs": (words,)}
    subject = "certificate" if kind is DocumentKind.REFUSAL_NOTE else "matter"
    return {"applicant": Applicant(name=words), subject: words}


def phrases(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [phrase for item in value.values() for phrase in phrases(item)]
    if isinstance(value, list):
        return [phrase for item in value for phrase in phrases(item)]
    return []


@pytest.fixture(params=list(DocumentKind), ids=lambda kind: kind.value)
def kind(request: pytest.FixtureRequest) -> DocumentKind:
    found: DocumentKind = request.param
    return found


def test_every_paper_carries_its_title_number_and_address_of_verification(
    kind: DocumentKind, samples: Any, compiler: DocumentCompiler
) -> None:
    paper = samples(kind)
    found = text_of(render(kind, paper, compiler=compiler))
    assert TITLES[kind] in found
    assert samples.url in found
    if kind is not DocumentKind.RECEIPT_SLIP:
        assert paper.number in found


def test_a_foreign_reader_reads_the_qr_code_of_the_page_image(
    kind: DocumentKind, samples: Any, compiler: DocumentCompiler
) -> None:
    pdf = render(kind, samples(kind), compiler=compiler)
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [samples.url]


def test_the_same_paper_has_the_same_bytes(
    kind: DocumentKind, samples: Any, compiler: DocumentCompiler, fonts: Path
) -> None:
    from linli_services_desk.documents.render import TEMPLATES

    first = render(kind, samples(kind), compiler=compiler)
    again = render(kind, samples(kind), compiler=DocumentCompiler(TEMPLATES, fonts))
    assert first == again


def test_a_paper_does_not_depend_on_the_zone_its_time_was_stored_in(samples: Any, compiler: DocumentCompiler) -> None:
    moment = samples.moment.replace(hour=0, minute=30)
    local = render(DocumentKind.DECISION, samples(DocumentKind.DECISION, issued_at=moment), compiler=compiler)
    stored = samples(DocumentKind.DECISION, issued_at=moment.astimezone(UTC))
    assert render(DocumentKind.DECISION, stored, compiler=compiler) == local
    assert "2026年11月20日" in text_of(local)


def test_the_receipt_says_what_was_brought_and_what_is_still_owed(samples: Any, compiler: DocumentCompiler) -> None:
    found = text_of(render(DocumentKind.RECEIPT, samples(DocumentKind.RECEIPT), compiler=compiler))
    for phrase in (
        "80周岁以上老年人高龄津贴发放",
        "张*兰",
        "138****5678",
        "张*国（长子）",
        "承诺10个工作日",
        "2026年11月20日10:12",
    ):
        assert phrase in found
    for phrase in (
        "沿用已存材料",
        "原件已核验",
        "已上传",
        "容缺后补",
        "请于2026年11月30日前补交",
        "花坪村综合窗口",
        "王敏",
    ):
        assert phrase in found


def test_a_provisional_deadline_is_said_to_be_one(samples: Any, compiler: DocumentCompiler) -> None:
    for kind in (DocumentKind.RECEIPT, DocumentKind.RECEIPT_SLIP, DocumentKind.ACCEPTANCE_NOTICE):
        paper = samples(kind, deadline_provisional=True)
        plain = text_of(render(kind, samples(kind), compiler=compiler))
        assert len(text_of(render(kind, paper, compiler=compiler))) > len(plain)


def test_a_sentence_about_what_the_case_does_not_have_is_left_out(samples: Any, compiler: DocumentCompiler) -> None:
    kind = DocumentKind.SUPPLEMENT_NOTICE
    found = text_of(render(kind, samples(kind, answer_by=None), compiler=compiler))
    assert "前补正" not in found
    assert "再次告知" not in found
    assert "办理期限暂停计算" in found
    again = text_of(render(kind, samples(kind, repeated_reason="前次遗漏"), compiler=compiler))
    assert "请于2026年12月4日前补正" in again
    assert "理由：前次遗漏" in again


def test_a_notice_speaks_in_the_words_of_its_place(samples: Any, compiler: DocumentCompiler) -> None:
    kind = DocumentKind.NOT_ACCEPTED_NOTICE
    words = samples.texts.notices[kind.value].model_copy(update={"opening": ("{applicant}的{matter}暂不受理：",)})
    texts = samples.texts.model_copy(update={"notices": {**samples.texts.notices, kind.value: words}})
    plain = msgspec.structs.replace(samples(kind), opening=(), closing=())
    found = text_of(render(kind, worded(kind, plain, texts), compiler=compiler))
    assert "张*兰的80周岁以上老年人高龄津贴发放暂不受理：" in found
    assert "经审查，存在下列情形" not in found


def test_a_decision_without_a_basis_still_decides(samples: Any, compiler: DocumentCompiler) -> None:
    for kind in (DocumentKind.DECISION, DocumentKind.NOT_ACCEPTED_NOTICE):
        assert "根据有关规定，决定" in text_of(render(kind, samples(kind, legal_basis=""), compiler=compiler))


def test_a_refusal_says_whom_to_ask_instead_and_what_can_be_done_about_it(
    samples: Any, compiler: DocumentCompiler
) -> None:
    kind = DocumentKind.REFUSAL_NOTE
    found = text_of(render(kind, samples(kind, remedy=samples.texts.refusal_remedy), compiler=compiler))
    with pypdfium2.PdfDocument(
        render(kind, samples(kind, remedy=samples.texts.refusal_remedy), compiler=compiler)
    ) as pdf:
        assert len(pdf) == 1
    for phrase in ("婚姻状况证明", "县级民政部门婚姻登记机关", "民发〔2020〕20号", "行政复议", "0715-8300000"):
        assert phrase in found


@pytest.mark.parametrize("kind", NOTICE_FACTS)
def test_every_fact_that_a_place_may_name_is_known_of_the_paper(kind: str, samples: Any) -> None:
    every = "".join(f"{{{name}}}" for name in sorted(NOTICE_FACTS[kind]))
    words = samples.texts.notices[kind].model_copy(update={"opening": (every,)})
    texts = samples.texts.model_copy(update={"notices": {**samples.texts.notices, kind: words}})
    paper = msgspec.structs.replace(samples(DocumentKind(kind)), opening=())
    assert "{" not in str(worded(DocumentKind(kind), paper, texts))


def test_a_refused_application_is_not_called_granted(samples: Any, compiler: DocumentCompiler) -> None:
    found = text_of(render(DocumentKind.DECISION, samples(DocumentKind.DECISION, approved=False), compiler=compiler))
    assert "不予办理决定书" in found
    assert "准予" not in found


def test_only_the_version_to_be_signed_bears_the_seal(samples: Any, compiler: DocumentCompiler) -> None:
    kind = DocumentKind.RESIDENCE_CERTIFICATE
    words = {}
    for state in SealState:
        paper = samples(kind, seal=Seal(name=samples.issuer.body, state=state))
        words[state] = text_of(render(kind, paper, compiler=compiler))
    assert "盖章处" in words[SealState.PLACE]
    assert "预览未用印" in words[SealState.DRAFT]
    assert "盖章处" not in words[SealState.IMPRINT]
    assert "预览" not in words[SealState.IMPRINT]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_person_typed_is_printed_and_never_run(
    kind: DocumentKind, hostile: str, samples: Any, compiler: DocumentCompiler
) -> None:
    paper = samples(kind, **spoken_of(kind, hostile))
    found = text_of(render(kind, paper, compiler=compiler))
    assert found.count(squeezed(hostile)) >= 2


def test_every_text_field_survives_markup(kind: DocumentKind, samples: Any, compiler: DocumentCompiler) -> None:
    def poisoned(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poisoned(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [poisoned(item, key) for item in value]
        if isinstance(value, str) and key not in ("state", "verify_url") and not value[:4].isdigit():
            return f"#panic({value})*_`$"
        return value

    built = poisoned(msgspec.to_builtins(samples(kind)))
    paper = msgspec.convert(built, PAPERS[kind])
    found = text_of(render(kind, paper, compiler=compiler))
    assert found.count("#panic(") >= 5


def test_rare_name_characters_have_their_glyph(kind: DocumentKind, samples: Any, compiler: DocumentCompiler) -> None:
    found = text_of(render(kind, samples(kind, **spoken_of(kind, RARE)), compiler=compiler))
    assert RARE in found
    assert MISSING not in found


def test_a_character_without_a_glyph_becomes_the_mark_of_a_missing_sort(
    samples: Any, compiler: DocumentCompiler
) -> None:
    name = "张\U000e0101\u202e三\x00\u200b😀\ue000\ud800四"
    paper = samples(DocumentKind.DECISION, applicant=Applicant(name=name))
    assert f"张三{MISSING}{MISSING}四：" in text_of(render(DocumentKind.DECISION, paper, compiler=compiler))


def test_a_word_without_a_break_stays_inside_the_page(
    kind: DocumentKind, samples: Any, compiler: DocumentCompiler
) -> None:
    long = "A1b2" * 60
    with pypdfium2.PdfDocument(render(kind, samples(kind, **spoken_of(kind, long)), compiler=compiler)) as document:
        for page in document:
            width = page.get_width()
            text = page.get_textpage()
            right = max(text.get_charbox(index)[2] for index in range(text.count_chars()))
            assert right <= width


def test_a_paper_of_the_wrong_struct_is_refused(samples: Any, compiler: DocumentCompiler) -> None:
    with pytest.raises(TypeError, match="decision is set from Decision"):
        render(DocumentKind.DECISION, samples(DocumentKind.RECEIPT), compiler=compiler)


async def test_the_thread_sets_the_same_paper(samples: Any, compiler: DocumentCompiler) -> None:
    paper = samples(DocumentKind.RECEIPT)
    there = await render_in_thread(DocumentKind.RECEIPT, paper, compiler=compiler)
    assert there == render(DocumentKind.RECEIPT, paper, compiler=compiler)


def test_eight_threads_share_one_typesetter_without_mixing_papers(samples: Any, compiler: DocumentCompiler) -> None:
    papers = [samples(DocumentKind.DECISION, number=f"桂花民决〔2026〕{index:04}号") for index in range(24)]
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda paper: text_of(render(DocumentKind.DECISION, paper, compiler=compiler)), papers)
        assert all(squeezed(paper.number) in text for paper, text in zip(papers, found, strict=True))


@pytest.mark.skipif(
    not shutil.which("qpdf") or not shutil.which("pdfinfo"), reason="qpdf and poppler-utils are not here"
)
def test_foreign_tools_accept_the_file(
    kind: DocumentKind, samples: Any, compiler: DocumentCompiler, tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(render(kind, samples(kind), compiler=compiler))
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    told = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    assert "Tagged:          yes" in told
    fonts = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), "embedded, subset, with Unicode"


def test_a_page_is_set_in_milliseconds(samples: Any, compiler: DocumentCompiler) -> None:
    for kind in DocumentKind:
        render(kind, samples(kind), compiler=compiler)
        times = []
        for index in range(10):
            paper = samples(kind, number=f"花坪〔2026〕{index:04}号")
            began = time.perf_counter()
            render(kind, paper, compiler=compiler)
            times.append((time.perf_counter() - began) * 1000)
        print(f"{kind.value:24} median {sorted(times)[5]:5.1f} ms")
        assert sorted(times)[5] < 500
