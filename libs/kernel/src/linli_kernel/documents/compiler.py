"""The typesetter: one reused typst compiler that turns a template and data into a PDF/A-2a.

Data travels as JSON and is read by the template as values; no value is ever part of typst source.
"""

import asyncio
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import typst

from linli_kernel.documents.fonts import Coverage
from linli_kernel.documents.text import printable

# PDF/A for the archive (ISO 19005-2), level a: tagged, so that a screen reader can read the paper aloud.
STANDARD: Literal["a-2a"] = "a-2a"

DESIGN = Path(__file__).parent / "design"
"""The one design of every paper, as a local package: a template begins with `#import "@local/paper:1.0.0": *`."""
_CHINA = ZoneInfo("Asia/Shanghai")


class DocumentCompiler:
    """Sets the templates of one folder with the fonts of another. Safe to share between threads."""

    def __init__(self, templates: Path, fonts: Path) -> None:
        self._templates = templates
        self._coverage = Coverage.of_folder(fonts)
        # typst keeps parsed files, fonts and layout fragments: a reused compiler is some twenty times quicker.
        self._compiler = typst.Compiler(
            root=templates,
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]),
            ignore_system_fonts=True,
            package_path=DESIGN,
        )
        self._lock = threading.Lock()

    def render(
        self, template: str, data: object, *, created_at: datetime, images: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the PDF of `template` (a name without suffix) with `data` (anything msgspec encodes).

        The only time in the file is `created_at` (aware), so equal arguments give equal bytes.
        `images` are SVG texts made by this system, which are not treated as people's text.
        """
        payload = {
            "data": self._made_printable(msgspec.to_builtins(data, builtin_types=(datetime,))),
            "images": dict(images or {}),
        }
        inputs = {"payload": msgspec.json.encode(payload).decode()}
        with self._lock:
            pdf = self._compiler.compile(
                input=self._templates / f"{template}.typ",
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=[STANDARD],
                timestamp=int(_local(created_at).timestamp()),
            )
        if not isinstance(pdf, bytes):
            raise TypeError("typst gave no PDF")
        return pdf

    async def render_in_thread(
        self, template: str, data: object, *, created_at: datetime, images: Mapping[str, str] | None = None
    ) -> bytes:
        """Do the same as `render` without holding up the event loop."""
        return await asyncio.to_thread(self.render, template, data, created_at=created_at, images=images)

    def _made_printable(self, value: object) -> object:
        if isinstance(value, str):
            return printable(value, self._coverage)
        if isinstance(value, datetime):
            return _local(value).isoformat()
        if isinstance(value, dict):
            return {key: self._made_printable(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._made_printable(item) for item in value]
        return value


def _local(moment: datetime) -> datetime:
    """Return the moment on China's one clock: a paper shows the day it is in the hall."""
    if moment.tzinfo is None:
        raise ValueError("a time on a paper needs its offset")
    return moment.astimezone(_CHINA)
