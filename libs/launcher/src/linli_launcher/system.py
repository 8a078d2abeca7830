"""`linli run`: from a data directory to a system that answers, and back to no process at all."""

import asyncio
import contextlib
import http.client
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from linli_launcher import demo, witnesses
from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import COMPONENTS, DESK, GATEWAY, PROJECT, REGISTRY, SUPERVISION, Component
from linli_launcher.errors import LauncherFailure
from linli_launcher.fonts import fonts_installed
from linli_launcher.installation import FONTS, Addresses, Installation
from linli_launcher.postgres import SETTINGS, Postgres, PostgresFailed, free_port
from linli_launcher.supervisor import Program, Supervisor, longer

_READY_SECONDS = 60
_GRACE_SECONDS = 5  # for answers under way when the system is told to stop


class PortTaken(LauncherFailure):
    """The gateway's port belongs to another program."""


class NotReady(LauncherFailure):
    """A process did not answer in time; the message names its log."""


@dataclass(frozen=True)
class Options:
    data: Path
    port: int = 8000
    host: str = "127.0.0.1"
    public_url: str | None = None
    production: bool = False
    demo: bool = True
    database_settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)


def serve(options: Options) -> None:
    """Run the whole system until SIGINT or SIGTERM. No process is left when this returns or raises."""
    began = time.monotonic()
    with DataDirectory(options.data) as data, _signals_as_exit():
        _refuse_taken_port(options)
        installation = Installation(data, production=options.production, database_settings=options.database_settings)
        addresses = choose_addresses(options)
        if not fonts_installed(FONTS):
            say(
                "no fonts: papers (PDF) cannot be made until `linli build` has installed them"
                " / 尚未安装字体，文书（PDF）暂不能生成：请运行 linli build"
            )
        installation.postgres.start()
        try:
            _prepare(installation, addresses, with_demo=options.demo and not options.production)
            asyncio.run(_System(installation, addresses).run(began))
        finally:
            installation.postgres.stop()
    say("stopped / 已停止")


def say(text: str) -> None:
    print(text, flush=True)


def choose_addresses(options: Options) -> Addresses:
    ports = {GATEWAY.key: options.port}
    for offset, component in enumerate((REGISTRY, DESK, SUPERVISION), start=1):
        wanted = options.port + offset
        ports[component.key] = wanted if _is_free("127.0.0.1", wanted) else free_port()
    return Addresses(options.host, ports, options.public_url or f"http://{_visible_host(options.host)}:{options.port}")


def _prepare(installation: Installation, addresses: Addresses, *, with_demo: bool) -> None:
    migrated = installation.prepare_databases()
    if migrated:
        say(f"migrated / 已升级数据库: {', '.join(component.key for component in migrated)}")
    if with_demo:
        seeded = demo.seed_empty_databases(installation, addresses)
        witnesses.make_demo(installation, addresses, seeded=SUPERVISION in seeded)
        if seeded:
            say(f"demo data / 已写入演示数据: {', '.join(component.key for component in seeded)}")


class _System:
    """The running processes and the cluster under them."""

    def __init__(self, installation: Installation, addresses: Addresses) -> None:
        self.installation = installation
        self.addresses = addresses
        self.supervisor = Supervisor(report=say)

    async def run(self, began: float) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.supervisor.stop)
        listed = [self._program(component) for component in COMPONENTS]
        if (witness := witnesses.demo_program(self.installation, self.addresses)) is not None:
            listed.append(witness)
        programs = asyncio.create_task(self.supervisor.run(listed))
        database = asyncio.create_task(self._keep_database())
        greeting = asyncio.create_task(self._greet(began))
        try:
            done, _ = await asyncio.wait([programs, database, greeting], return_when=asyncio.FIRST_COMPLETED)
            if done == {greeting}:
                greeting.result()
                done, _ = await asyncio.wait([programs, database], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self.installation.data.withdraw()
            greeting.cancel()
            database.cancel()
            self.supervisor.stop()
            await asyncio.gather(programs, database, greeting, return_exceptions=True)

    def _program(self, component: Component) -> Program:
        host = self.addresses.host if component is GATEWAY else "127.0.0.1"
        return Program(
            name=component.key,
            command=serving_command(component, host, self.addresses.ports[component.key]),
            env=self.installation.environment(component, self.addresses),
            cwd=PROJECT,
            log=self.installation.data.logs / f"{component.key}.log",
            patience_seconds=_GRACE_SECONDS + 3,
        )

    async def _keep_database(self) -> None:
        """Start the cluster again on the same port when it ended by itself; the services reconnect."""
        postgres = self.installation.postgres
        while True:
            process = postgres.process
            if process is None:
                raise PostgresFailed("PostgreSQL was stopped from outside")
            # Polled, not waited for in a thread: that thread would hold up the end of the loop, which comes first.
            while process.poll() is None:  # noqa: ASYNC110
                await asyncio.sleep(0.25)
            say("PostgreSQL ended; starting it again / 数据库意外停止，正在恢复")
            await self._bring_database_back(postgres)

    async def _bring_database_back(self, postgres: Postgres) -> None:
        """Start the cluster until it takes connections. A start may fail like any run: recovery itself can be killed."""
        pause = self.supervisor.first_pause_seconds
        while True:
            await asyncio.to_thread(postgres.prepare)
            try:
                await asyncio.to_thread(postgres.await_ready, postgres.launch())
            except PostgresFailed as failure:
                say(f"{failure}\ntrying again in {pause:g} s / {pause:g} 秒后再试")
            else:
                return
            await asyncio.sleep(pause)
            pause = longer(pause)

    async def _greet(self, began: float) -> None:
        await asyncio.to_thread(_await_ready, self.addresses, self.installation.data)
        url = self.addresses.url(GATEWAY)
        self.installation.data.announce(
            {
                "url": url,
                "host": self.addresses.host,
                "ports": dict(self.addresses.ports),
                "public_url": self.addresses.public_url,
                "pids": self.supervisor.pids,
            }
        )
        say(f"\nLinli 邻里  {url}   (ready in {time.monotonic() - began:.1f} s, data in {self.installation.data.path})")
        if not self.installation.production:
            say("demo accounts / 演示账号:")
            for name in demo.accounts():
                say(f"  {name}")
            say(f"password / 密码: {demo.PASSWORD}")
        say("Ctrl-C stops everything / 按 Ctrl-C 停止")


def serving_command(component: Component, host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "linli_kernel.process", f"{component.package}.app:create", "--factory"),
        *("--host", host, "--port", str(port), "--loop", "uvloop", "--ws", "none"),
        *("--http", "linli_kernel.serving:OneWriteProtocol"),
        *("--no-access-log", "--log-level", "warning", "--no-proxy-headers", "--no-server-header"),
        *("--timeout-graceful-shutdown", str(_GRACE_SECONDS)),
    ]


def _await_ready(addresses: Addresses, data: DataDirectory) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    for component in COMPONENTS:
        while not answers(addresses.url(component)):
            if time.monotonic() > deadline:
                raise NotReady(f"{component.key} does not answer; see {data.logs / f'{component.key}.log'}")
            time.sleep(0.05)


def answers(base_url: str, path: str = "/readyz") -> bool:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_taken_port(options: Options) -> None:
    if not _is_free(options.host, options.port):
        raise PortTaken(f"port {options.port} on {options.host} is taken; choose another: make run PORT=…")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _visible_host(host: str) -> str:
    """Return an address that a phone in the same network can open when the gateway listens everywhere."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # a documentation address: a datagram socket sends nothing to connect
        return str(probe.getsockname()[0])
    return "127.0.0.1"


@contextlib.contextmanager
def _signals_as_exit() -> Iterator[None]:
    """Until the event loop takes over, let SIGTERM unwind the stack as Ctrl-C does, so that children are ended."""

    def leave(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before: Mapping[signal.Signals, object] = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
