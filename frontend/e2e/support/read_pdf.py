"""Reads a PDF from standard input with foreign readers and prints its text, QR codes and signatures as JSON."""

import json
import re
import shutil
import subprocess
import sys
import tempfile

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp


def main() -> None:
    content = sys.stdin.buffer.read()
    with pypdfium2.PdfDocument(content) as document:
        text = "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())
        images = [page.render(scale=200 / 72).to_pil() for page in document]
        codes = [code.text for image in images for code in zxingcpp.read_barcodes(image)]
        told = {"pages": len(document), "text": text, "codes": codes, "signatures": signatures(content)}
    json.dump(told, sys.stdout, ensure_ascii=False)


def signatures(content: bytes) -> list[dict[str, object]] | None:
    pdfsig = shutil.which("pdfsig")
    if pdfsig is None:
        return None
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        told = subprocess.run([pdfsig, "-nocert", file.name], capture_output=True, text=True, check=False).stdout  # noqa: S603
    blocks = re.split(r"^Signature #\d+:", told, flags=re.MULTILINE)[1:]
    return [
        {
            "valid": "Signature is Valid" in block,
            "whole": "Total document signed" in block,
            "signer": match.group(1).strip() if (match := re.search(r"Common Name: (.*)", block)) else "",
        }
        for block in blocks
    ]


if __name__ == "__main__":
    main()
