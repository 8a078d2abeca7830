"""The embedded cluster survives what machines do to it. Each test runs real processes in a home of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from linli_launcher.postgres import Postgres, PostgresFailed
from linli_launcher.processes import is_alive, working_in


@pytest.fixture
def home(open_folder: Path) -> Path:
    return open_folder / "postgres"


@pytest.fixture
def cluster(home: Path) -> Iterator[Postgres]:
    postgres = Postgres(home, "secret")
    postgres.start()
    yield postgres
    postgres.stop(immediate=True)


def _kill_everything(cluster: Postgres) -> None:
    postmaster = cluster.postmaster()
    assert postmaster is not None
    for process in [postmaster, *postmaster.children(recursive=True)]:
        # A worker that had just finished is gone by itself.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def test_chinese_characters_are_letters_and_text_is_utf8(cluster: Postgres) -> None:
    assert cluster.execute("SELECT '张' ~ '^\\w$', length('邻里'), upper('é')") == [["t", "2", "É"]]


def test_a_wrong_password_is_refused(cluster: Postgres, home: Path) -> None:
    stranger = Postgres(home, "guess")
    assert stranger.attach()
    with pytest.raises(PostgresFailed, match="password authentication failed"):
        stranger.execute("SELECT 1")


def test_committed_rows_survive_kill_9_of_every_process(cluster: Postgres) -> None:
    cluster.execute("CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
    _kill_everything(cluster)
    cluster.start()
    assert cluster.execute("SELECT count(*) FROM kept") == [["1000"]]


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(cluster: Postgres) -> None:
    lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        (cluster.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        assert cluster.postmaster() is None
        cluster.start()
        assert cluster.execute("SELECT 1") == [["1"]]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_pid_file_that_names_a_zombie_does_not_stop_the_start(cluster: Postgres) -> None:
    zombie = cluster.postmaster()
    assert zombie is not None
    _kill_everything(cluster)
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # waits for the end and leaves the zombie
    assert not is_alive(zombie)
    cluster.start()
    assert cluster.execute("SELECT 1") == [["1"]]


def test_a_live_orphan_of_this_home_is_stopped_before_the_next_start(home: Path) -> None:
    first = Postgres(home, "secret")
    first.start(death_signal=None)
    orphan = first.postmaster()
    second = Postgres(home, "secret")
    second.start()
    try:
        assert orphan is not None
        assert not is_alive(orphan)
        assert second.execute("SELECT 1") == [["1"]]
    finally:
        second.stop(immediate=True)


def test_the_cluster_ends_when_its_launcher_is_killed(home: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom linli_launcher.postgres import Postgres\n"
        f"p = Postgres(Path({str(home)!r}), 'secret')\np.start()\nprint('ready', flush=True)\ninput()\n"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ
    )
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == b"ready\n"
    cluster = Postgres(home, "secret")
    postmaster = cluster.postmaster()
    assert postmaster is not None
    launcher.send_signal(signal.SIGKILL)
    launcher.communicate()
    psutil.wait_procs([postmaster], timeout=20)
    assert not is_alive(postmaster)
    assert list(working_in(cluster.data, "postgres")) == []


def test_an_interrupted_initialisation_leaves_no_half_cluster(home: Path) -> None:
    postgres = Postgres(home, "secret")
    abandoned = home / "data.0abc"
    abandoned.mkdir()
    (abandoned / "PG_VERSION").write_text("18\n")
    postgres.start()
    try:
        assert not abandoned.exists()
        assert postgres.execute("SELECT 1") == [["1"]]
    finally:
        postgres.stop(immediate=True)
