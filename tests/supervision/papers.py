"""PDFs as offices and phones make them: a page with words, a photograph on it, and what programs write beside it."""

from io import BytesIO

from PIL import Image

SECRETS = (b"GUILAN", b"hidden in it", b"app.alert", b"cmd.exe", b"a remark")
"""What nobody is to read who opens the published file."""


def photograph() -> bytes:
    """A JPEG whose camera wrote down whose it is."""
    exif = Image.Exif()
    exif[0x013B] = "ZHANG GUILAN"
    made = BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, "JPEG", exif=exif)
    return made.getvalue()


def paper(words: str = "Ping An") -> bytes:
    """One page with ASCII words and a photograph; with an author, a script, a comment, a command and a file inside."""
    drawn = f"q 200 0 0 100 50 500 cm /Im Do Q BT /F 12 Tf 50 400 Td ({words}) Tj ET".encode()
    picture = photograph()
    objects = [
        (
            b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
            b"/Names<</EmbeddedFiles<</Names[(x.txt) 7 0 R]>>>>>>"
        ),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[6 0 R 10 0 R]"
            b"/Resources<</XObject<</Im 5 0 R>>/Font<</F 9 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
        b"<</Type/XObject/Subtype/Image/Width 40/Height 20/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
        b"/Length %d>>stream\n%b\nendstream" % (len(picture), picture),
        b"<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents(a remark)/T(ZHANG GUILAN)>>",
        b"<</Type/Filespec/F(x.txt)/EF<</F 8 0 R>>>>",
        b"<</Type/EmbeddedFile/Length 12>>stream\nhidden in it\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 90 90]/A<</S/Launch/F(cmd.exe)>>>>",
        b"<</Author(ZHANG GUILAN)>>",
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % numbered for numbered in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Info 11 0 R/Size 12>>\n%%EOF\n"
