"""QR codes as SVG, for papers and screens."""

import io

import segno


def qr_svg(content: str) -> str:
    """Return a QR code (level M, sharp at any size, four modules of quiet zone) that reads as `content`."""
    buffer = io.BytesIO()
    code = segno.make(content, error="m", micro=False)
    code.save(buffer, kind="svg", xmldecl=False, svgns=True, border=4, svgclass=None, lineclass=None)
    return buffer.getvalue().decode("ascii")
