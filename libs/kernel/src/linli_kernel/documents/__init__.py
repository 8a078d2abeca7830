"""Papers: Chinese PDF documents set by typst from data, with QR codes and the project's own fonts.

What a person typed reaches a paper as text only, never as markup, and the same data always gives the same bytes.
"""

from linli_kernel.documents.compiler import DocumentCompiler
from linli_kernel.documents.fonts import Coverage, FontsMissingError, resolve_font_dir
from linli_kernel.documents.qr import qr_svg
from linli_kernel.documents.text import MISSING, printable

__all__ = ["MISSING", "Coverage", "DocumentCompiler", "FontsMissingError", "printable", "qr_svg", "resolve_font_dir"]
