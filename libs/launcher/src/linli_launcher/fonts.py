"""The project's own Chinese fonts: installed through npm, pinned by digest, shared by papers and browsers.

A face in the folder is whole and checked: it is verified beside the folder and moved into place in one step.
Run `python -m linli_launcher.fonts [FOLDER]` to install them, for instance while an image is built.
"""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from xml.sax.saxutils import escape

from linli_launcher.errors import LauncherFailure
from linli_launcher.node import INSTALL, npm

_SERIF = "@expo-google-fonts/noto-serif-sc"
_SANS = "@embedpdf/fonts-sc"
# Both families are OFL 1.1 and cover the 20,992 unified ideographs, extension A and the rare characters of the
# national table of general characters (㛃 䶮 𫖯 𬱖), which the subsets meant for web pages do not.
FACES: dict[str, tuple[str, str]] = {
    "NotoSerifSC-Regular.ttf": (
        f"{_SERIF}/400Regular/NotoSerifSC_400Regular.ttf",
        "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
    ),
    "NotoSerifSC-Bold.ttf": (
        f"{_SERIF}/700Bold/NotoSerifSC_700Bold.ttf",
        "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
    ),
    "NotoSansHans-Regular.otf": (
        f"{_SANS}/fonts/NotoSansHans-Regular.otf",
        "7db3c634bbd0301b3082a80ffcac2f422e8ef9ce0730f8b279c3e8f756598f68",
    ),
    "NotoSansHans-Medium.otf": (
        f"{_SANS}/fonts/NotoSansHans-Medium.otf",
        "25033438cfa41f1873d4902b8555956557b765117756bcef96406e023e49578c",
    ),
    "NotoSansHans-Bold.otf": (
        f"{_SANS}/fonts/NotoSansHans-Bold.otf",
        "9e7729ef993ca4c647882f798644f4bbf6da69bd822eac593fc68717dd6c8e2a",
    ),
}
LICENCES = {
    "LICENSE-NotoSerifSC.txt": f"{_SERIF}/LICENSE_FONT",
    "LICENSE-NotoSansHans.txt": f"{_SANS}/LICENSE",
}

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>Noto Sans SC</family><prefer><family>Noto Sans S Chinese</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Noto Sans S Chinese</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Noto Sans S Chinese</family></prefer></alias>
</fontconfig>
"""


class FontDigestError(LauncherFailure):
    """A font came with other bytes than the pinned ones."""


def default_font_dir() -> Path:
    """Return the folder of a working copy (`.build/fonts` under its root), or of the current folder outside one."""
    for folder in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (folder / "pyproject.toml").is_file():
            return folder / ".build" / "fonts"
    return Path.cwd() / ".build" / "fonts"


def ensure_fonts(folder: Path | None = None) -> Path:
    """Return the folder with every face in it, installing them when one is missing. Safe to call from many processes.

    105 MB are downloaded once; npm checks the packages against the lock file, and each face is checked again here.
    """
    target = (folder or default_font_dir()).resolve()
    if fonts_installed(target):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.with_name(f".{target.name}.lock")):
        if not fonts_installed(target):
            _install(target)
    return target


def fontconfig_file(folder: Path) -> Path:
    """Write and return a fontconfig file (for `FONTCONFIG_FILE`) with which a browser draws Chinese from `folder`."""
    path = folder / "fonts.conf"
    text = _FONTCONFIG.format(folder=escape(str(folder)), cache=escape(str(folder / "cache")))
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        draft = path.with_name(f"fonts.conf.{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return path


def fonts_installed(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (*FACES, *LICENCES))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".fonts-", dir=target.parent) as scratch:
        work = Path(scratch)
        with as_file(files("linli_launcher") / "fontset") as fontset:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(fontset / name, work / name)
        npm(INSTALL, work, quiet=True)
        target.mkdir(exist_ok=True)
        packages = work / "node_modules"
        for name, source in LICENCES.items():
            (packages / source).replace(target / name)
        for name, (source, digest) in FACES.items():
            _check(packages / source, digest)
            (packages / source).replace(target / name)


def _check(face: Path, digest: str) -> None:
    if hashlib.sha256(face.read_bytes()).hexdigest() != digest:
        raise FontDigestError(f"{face.name} differs from its pinned digest")


if __name__ == "__main__":
    print(ensure_fonts(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
