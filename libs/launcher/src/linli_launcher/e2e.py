"""`make e2e`: the browser's tests against a system of their own, on fresh data, a free port and the machine's Chromium.

The tests find the system by `LINLI_BASE_URL`, its data by `LINLI_DATA` and the browser by `LINLI_CHROMIUM`.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import PROJECT
from linli_launcher.errors import LauncherFailure
from linli_launcher.fonts import ensure_fonts, fontconfig_file
from linli_launcher.frontend import FRONTEND, ensure_built, ensure_packages
from linli_launcher.node import npm
from linli_launcher.postgres import free_port

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_TOOLS = {"pdfsig": "poppler-utils"}
_START_SECONDS = 240


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


@contextlib.contextmanager
def demo_system(data: Path) -> Iterator[str]:
    """Run the demo on a free port for the length of the block; yields its address."""
    log = data.parent / "linli.log"
    command = [sys.executable, "-m", "linli_launcher", "run", "--data", str(data), "--port", str(free_port())]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=PROJECT)
    try:
        yield _address(process, data, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _address(process: "subprocess.Popen[bytes]", data: Path, log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        running = DataDirectory(data).running()
        if running is not None:
            return str(running["url"])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise LauncherFailure(f"the system did not start:\n{log.read_text(errors='replace')}")


def run_tests(environment: Mapping[str, str], arguments: list[str]) -> int:
    """Run the Python and the frontend's own browser tests; return the first code that is not 0."""
    tests = [sys.executable, "-m", "pytest", "tests/e2e", *arguments]
    code = subprocess.run(tests, cwd=PROJECT, env=dict(environment), check=False).returncode
    scripts = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))["scripts"]
    if code == 0 and "e2e" in scripts:
        ensure_packages()
        npm(["run", "e2e"], FRONTEND, environment=environment)
    return code


def main(arguments: list[str]) -> int:
    browser = ensure_machine()
    fonts = fontconfig_file(ensure_fonts(PROJECT / ".build" / "fonts"))
    ensure_built()
    with tempfile.TemporaryDirectory(prefix="linli-e2e-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        with demo_system(data) as url:
            settings = {"LINLI_BASE_URL": url, "LINLI_CHROMIUM": str(browser), "LINLI_DATA": str(data)}
            return run_tests(os.environ | settings | {"FONTCONFIG_FILE": str(fonts)}, arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LauncherFailure as failure:
        sys.exit(f"make e2e: {failure}")
