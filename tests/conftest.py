"""The order of the files, and databases for tests: one embedded PostgreSQL for the whole run, a migrated template per service
and some with data, a clone per test or per file.

No database is shared by two files: what a test finds does not depend on the files that ran before it in its worker.

The process that pytest was started as owns the run directory and holds its lock; the cluster starts when the first
test asks for a database, in whichever worker that is, and ends with the run. A run that was killed leaves its directory
without a lock, and the next run stops what is left in it.
"""

import fcntl
import itertools
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profiles
from linli_launcher.databases import BY_KEY, PROJECT, DatabaseUrls, create_database, ensure_roles, role_names, urls
from linli_launcher.migrate import upgrade
from linli_launcher.postgres import SETTINGS, WITHOUT_DURABILITY, Postgres

RUN_DIRECTORY = "LINLI_TESTRUN_DIRECTORY"
_KEYRING = "LINLI_TEST_KEYRING"
_PREFIX = "linli-tests-"
_MEMORY = Path("/dev/shm")
_PLENTY = 8 * 2**30
_PASSWORD = "test"
PASSWORDS = dict.fromkeys(role_names(), _PASSWORD)
PROFILES = PROJECT / "profiles"

FreshDatabase = Callable[..., DatabaseUrls]
Seed = Callable[[DatabaseUrls], Awaitable[Any]]


# Seconds of the files that take far longer than their number of tests says, on two idle cores.
_LONG = {
    "tests/resilience/test_kills.py": 60,
    "tests/launcher/integration/test_key_rotation.py": 35,
    "tests/launcher/integration/test_backup.py": 30,
    "tests/contract/test_refused_tokens.py": 30,
    "tests/services_desk/integration/test_a_full_desk.py": 30,
    "tests/launcher/integration/test_lifecycle.py": 25,
    "tests/registry/api/test_two_counties.py": 25,
    "tests/registry/integration/test_divisions.py": 20,
}
_SECONDS_OF_A_TEST = 0.2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: one that is begun last keeps its worker busy while the others have nothing left to do."""
    tests = Counter(_file(item) for item in items)
    items.sort(key=lambda item: -_LONG.get(_file(item), _SECONDS_OF_A_TEST * tests[_file(item)]))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # xdist would sort the files by their number of tests
    if hasattr(config, "workerinput"):
        return
    _remove_abandoned_runs()
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_place()))
    directory.chmod(0o711)  # the account that runs PostgreSQL must pass through
    lock = (directory / "owner.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.environ[RUN_DIRECTORY] = str(directory)
    os.environ[_KEYRING] = KeyRing.generate()
    config.stash[_OWNED] = (directory, lock)


def pytest_unconfigure(config: pytest.Config) -> None:
    owned = config.stash.get(_OWNED, None)
    if owned is not None:
        directory, lock = owned
        _remove_run(directory)
        lock.close()


_OWNED = pytest.StashKey[tuple[Path, IO[str]]]()


def _place() -> Path:
    """In memory where there is plenty: a database is hundreds of files, and a run makes hundreds of databases."""
    with suppress(OSError):
        room = os.statvfs(_MEMORY)
        free = min(room.f_bavail * room.f_frsize, psutil.virtual_memory().available, _allowed())
        if free >= _PLENTY and not room.f_flag & os.ST_NOEXEC and os.access(_MEMORY, os.W_OK):
            return _MEMORY
    return Path(tempfile.gettempdir())


def _allowed() -> int:
    """Bytes of memory that a container is bound to, if this is one that has a bound."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            return int((Path("/sys/fs/cgroup") / name).read_text())
    return sys.maxsize


def _remove_abandoned_runs() -> None:
    places = {_MEMORY, Path(tempfile.gettempdir())}
    for directory in [found for place in places for found in place.glob(f"{_PREFIX}*")]:
        try:
            with (directory / "owner.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove_run(directory)
        except OSError:  # another user's, still in use, or removed by a run that started at the same moment
            continue


def _remove_run(directory: Path) -> None:
    if (directory / "postgres").exists():
        cluster = _cluster(directory)
        cluster.stop(immediate=True)
        shutil.rmtree(cluster.home, ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def _cluster(directory: Path) -> Postgres:
    return Postgres(directory / "postgres", _PASSWORD, {**SETTINGS, **WITHOUT_DURABILITY, "max_wal_size": "256MB"})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def profiles_are_read_once() -> Iterator[None]:
    """The project's own profiles do not change while the tests run, and some hundred services are started in a worker."""
    load, own = Profiles.load, cache(Profiles.load)

    def read(folder: Path | str) -> Profiles:
        return own(PROFILES) if Path(folder) == PROFILES else load(folder)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Profiles, "load", staticmethod(read))
        yield


@pytest.fixture(scope="module")
def open_folders() -> Iterator[Callable[[], Path]]:
    """Make folders that the account of an embedded database can reach; pytest's own are closed to it."""
    with ExitStack() as made:

        def folder() -> Path:
            path = Path(tempfile.mkdtemp(dir=os.environ[RUN_DIRECTORY]))
            path.chmod(0o711)
            made.callback(shutil.rmtree, path, ignore_errors=True)
            return path

        yield folder


@pytest.fixture
def open_folder(open_folders: Callable[[], Path]) -> Path:
    return open_folders()


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The run's cluster, shared by all workers. It loses data on a crash: tests of durability start their own."""
    directory = Path(os.environ[RUN_DIRECTORY])
    with locked(directory / "cluster.lock"):
        cluster = _cluster(directory)
        if not cluster.attach():
            # No death signal: the worker that starts the cluster may end before the others do.
            cluster.start(death_signal=None)
            ensure_roles(cluster, PASSWORDS)
    return cluster


@pytest.fixture(scope="session")
def database_template(postgres: Postgres) -> Callable[[str], str]:
    """Return the name of a service's migrated template, made by the first test of the run that asks for it."""
    directory = Path(os.environ[RUN_DIRECTORY])

    def template(service: str) -> str:
        component = BY_KEY[service]
        name = f"template_{service}"
        with locked(directory / f"{name}.lock"):
            done = directory / f"{name}.done"
            if not done.exists():
                postgres.execute(f"DROP DATABASE IF EXISTS {name}")
                create_database(postgres, component, name)
                upgrade(component, urls(postgres, component, name, PASSWORDS))
                done.touch()
        return name

    return template


@pytest.fixture(scope="session")
def keyring() -> str:
    """The ring that seeded templates are encrypted with, the same in all workers of the run."""
    return os.environ[_KEYRING]


@pytest.fixture(scope="session")
def seeded_template(postgres: Postgres, database_template: Callable[[str], str]) -> Callable[..., Awaitable[str]]:
    """`await seeded_template("desk", seed)`: the name of a template that holds what `seed` writes once a run.

    A service that is seeded in several ways has a template of each `kind`.
    """
    directory = Path(os.environ[RUN_DIRECTORY])

    async def template(service: str, seed: Seed, kind: str = "seeded") -> str:
        name = f"{kind}_{service}"
        with locked(directory / f"{name}.lock"):
            done = directory / f"{name}.done"
            if not done.exists():
                postgres.execute(f"DROP DATABASE IF EXISTS {name}")
                create_database(postgres, BY_KEY[service], name, database_template(service), "file_copy")
                await seed(urls(postgres, BY_KEY[service], name, PASSWORDS))
                done.touch()
        return name

    return template


@contextmanager
def _clones(postgres: Postgres, database_template: Callable[[str], str]) -> Iterator[FreshDatabase]:
    with ExitStack() as made:

        def clone(service: str, template: str | None = None) -> DatabaseUrls:
            template = template or database_template(service)
            name = f"{service}_{os.getpid()}_{next(_NUMBERS)}"
            # Without fsync the checkpoints of `file_copy` cost nothing: a clone takes half the time of `wal_log`.
            create_database(postgres, BY_KEY[service], name, template, "file_copy")
            made.callback(postgres.execute, f"DROP DATABASE {name} WITH (FORCE)")
            return urls(postgres, BY_KEY[service], name, PASSWORDS)

        yield clone


_NUMBERS = itertools.count(1)


@pytest.fixture
def fresh_database(postgres: Postgres, database_template: Callable[[str], str]) -> Iterator[FreshDatabase]:
    """`fresh_database("desk")`: a migrated, empty database of that service that lives as long as the test; of another
    template when one is named."""
    with _clones(postgres, database_template) as clone:
        yield clone


@pytest.fixture(scope="module")
def module_database(postgres: Postgres, database_template: Callable[[str], str]) -> Iterator[FreshDatabase]:
    """Like `fresh_database`, but shared by the tests of one module."""
    with _clones(postgres, database_template) as clone:
        yield clone


@pytest.fixture(scope="session")
def session_database(postgres: Postgres, database_template: Callable[[str], str]) -> Iterator[FreshDatabase]:
    """Like `fresh_database`, for what looks back on a whole run; no test may write into it."""
    with _clones(postgres, database_template) as clone:
        yield clone
