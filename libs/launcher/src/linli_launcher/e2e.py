"""`make e2e`: the browser's tests against a system of their own, on fresh data, a free port and the machine's Chromium.

Its phones ring at any hour: a story that waits for a message passes by night as well. A provider of statutory e-seals is connected. The tests find the system by `LINLI_BASE_URL`, its data by `LINLI_DATA` and the browser by `LINLI_CHROMIUM`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from linli_launcher.databases import PROJECT
from linli_launcher.errors import LauncherFailure
from linli_launcher.fonts import ensure_fonts, fontconfig_file
from linli_launcher.frontend import FRONTEND, ensure_built, ensure_packages
from linli_launcher.installation import FONTS, PROFILES
from linli_launcher.node import npm
from linli_launcher.postgres import free_port
from linli_launcher.started import started_system

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_TOOLS = {"pdfsig": "poppler-utils"}


class NoBrowser(LauncherFailure):
    """No Chromium on the machine and no way to install one."""


def ensure_machine() -> Path:
    """Return the browser's path; install it and the PDF tools when we are root on a Debian."""
    missing = [package for tool, package in _TOOLS.items() if shutil.which(tool) is None]
    if _browser() is None:
        missing.append("chromium")
    if missing:
        installer = shutil.which("apt-get")
        if os.geteuid() != 0 or installer is None:
            raise NoBrowser(f"the browser's tests need {', '.join(missing)}: install them with your system's packages")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
            subprocess.run([installer, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    browser = _browser()
    if browser is None:
        raise NoBrowser("the package chromium brought no browser")
    return browser


def _browser() -> Path | None:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    return Path(found) if found else None


def run_tests(environment: Mapping[str, str], arguments: list[str]) -> int:
    """Run the Python and the frontend's own browser tests; return the first code that is not 0."""
    tests = [sys.executable, "-m", "pytest", "tests/e2e", *arguments]
    code = subprocess.run(tests, cwd=PROJECT, env=dict(environment), check=False).returncode
    scripts = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))["scripts"]
    if code == 0 and "e2e" in scripts:
        ensure_packages()
        npm(["run", "e2e"], FRONTEND, environment=environment)
    return code


def profiles_without_night(folder: Path) -> Path:
    """Copy the places' profiles; equal hours are no quiet hours."""
    copied = Path(shutil.copytree(PROFILES, folder / "profiles"))
    national = copied / "shared" / "national.yaml"
    rules, found = re.subn(r"quiet_from: \d+, quiet_to: \d+", "quiet_from: 0, quiet_to: 0", national.read_text("utf-8"))
    if found != 1:
        raise LauncherFailure(f"the quiet hours are not where they were in {national.name}")
    national.write_text(rules, encoding="utf-8")
    return copied


@contextmanager
def seal_provider(folder: Path) -> Iterator[dict[str, str]]:
    """A provider of statutory e-seals while the tests run; the environment that connects a system to it."""
    command = [sys.executable, "-m", "linli_supervision.eseal_demo", "--folder", str(folder / "eseal")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as provider:
        try:
            # It says where it is before it answers anybody.
            said = [provider.stdout.readline() for _ in range(4)] if provider.stdout else []
            settings = dict(line.strip().split("=", 1) for line in said if "=" in line)
            if not settings:
                raise LauncherFailure("the provider of statutory seals did not start")
            yield settings
        finally:
            provider.terminate()


def main(arguments: list[str]) -> int:
    browser = ensure_machine()
    fonts = fontconfig_file(ensure_fonts(FONTS))
    ensure_built()
    with tempfile.TemporaryDirectory(prefix="linli-e2e-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        command = ["linli_launcher", "run", "--data", str(data), "--port", str(free_port())]
        places = os.environ | {"LINLI_PROFILES_DIR": str(profiles_without_night(Path(folder)))}
        with seal_provider(Path(folder)) as seals, started_system(command, data, places | seals) as running:
            settings = {"LINLI_BASE_URL": running["url"], "LINLI_CHROMIUM": str(browser), "LINLI_DATA": str(data)}
            return run_tests(os.environ | settings | {"FONTCONFIG_FILE": str(fonts)}, arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LauncherFailure as failure:
        sys.exit(f"make e2e: {failure}")
