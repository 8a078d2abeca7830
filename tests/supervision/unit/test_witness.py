"""A witness signs what is the old log, only longer, and nothing else; killed at any moment it never signs two histories."""

from pathlib import Path

import pytest
from linli_supervision.ledger.note import Checkpoint, NoteError, VerifierKey, time_of, verified
from linli_supervision.witnesses.home import Home, HomeError
from linli_supervision.witnesses.looking import State, Unreachable, Witness
from linli_supervision.witnesses.refusal import Reason, opened

from tests.supervision.logs import KEY
from tests.supervision.witnessing import LogInMemory, make_home

NOW = 1_790_000_000


def _witness(home: Home, log: LogInMemory) -> Witness:
    return Witness(home, ask=log.ask, now=lambda: NOW)


@pytest.fixture
def log() -> LogInMemory:
    made = LogInMemory()
    made.grow(7)
    return made


def test_the_first_look_remembers_and_signs(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    look = _witness(home, log).look()
    assert (look.state, look.size) == (State.SIGNED, 7)
    name, note = log.received[0]
    text, held = verified(note, [KEY.verifier, home.key.cosigner])
    assert name == "cosignatures"
    assert Checkpoint.parse(text).size == 7
    assert [one.name for one in held] == [KEY.name, home.watched.name]
    assert time_of(held[1].signature) == NOW


def test_an_unchanged_log_is_signed_once(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    assert _witness(home, log).look().state is State.UNCHANGED
    assert len(log.received) == 1


@pytest.mark.parametrize("first", [1, 2, 3, 7, 8, 255, 256])
def test_a_log_that_only_grew_is_signed_again(tmp_path: Path, first: int) -> None:
    log, home = LogInMemory(), make_home(tmp_path / "w")
    log.grow(first)
    _witness(home, log).look()
    log.grow(5)
    assert _witness(home, log).look().size == first + 5


def test_a_rewritten_log_is_refused_with_both_checkpoints_as_evidence(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    before = log.note
    log.leaves.clear()
    log.grow(9, "other")
    look = _witness(home, log).look()
    assert look.state is State.REFUSED
    name, note = log.received[-1]
    refusal, who = opened(note, [home.key.cosigner])
    assert (name, who, refusal.reason) == ("refusals", home.watched.name, Reason.FORKED)
    assert (refusal.remembered.decode(), refusal.served.decode()) == (before, log.note)
    assert list((home.folder / "refusals").iterdir())


def test_another_root_at_the_same_size_is_refused(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    log.leaves[3] = log.leaves[2]
    assert _witness(home, log).look().state is State.REFUSED


def test_a_shorter_log_is_refused_and_told_once(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    del log.leaves[5:]
    assert [_witness(home, log).look().new for _ in range(3)] == [True, False, False]
    assert [name for name, _ in log.received] == ["cosignatures", "refusals"]


def test_a_refusal_that_did_not_arrive_is_told_again_until_it_does(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    del log.leaves[5:]

    def cut_off(method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
        if method == "POST":
            raise Unreachable("cut off")
        return log.ask(method, address, body)

    assert Witness(home, ask=cut_off, now=lambda: NOW).look().state is State.UNREACHABLE
    log.answer = 503
    assert _witness(Home(tmp_path / "w"), log).look().new
    log.answer = 204
    assert [_witness(Home(tmp_path / "w"), log).look().new for _ in range(3)] == [True, False, False]
    assert [name for name, _ in log.received] == ["cosignatures", "refusals", "refusals"]


def test_after_a_refusal_the_old_log_is_signed_again_when_it_is_back(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    honest = list(log.leaves)
    log.leaves[0] = log.leaves[1]
    log.grow(1)
    _witness(home, log).look()
    log.leaves = honest
    log.grow(3)
    assert _witness(home, log).look().state is State.SIGNED


def test_a_checkpoint_of_another_key_is_refused(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w", log_key=str(KEY.verifier))
    log.key = type(KEY).create(KEY.name)
    assert _witness(home, log).look().said.startswith("unsigned")


def test_what_was_seen_survives_a_restart(tmp_path: Path, log: LogInMemory) -> None:
    _witness(make_home(tmp_path / "w"), log).look()
    del log.leaves[5:]
    assert _witness(Home(tmp_path / "w"), log).look().state is State.REFUSED


def test_a_witness_killed_before_it_handed_in_signs_the_same_checkpoint_again(tmp_path: Path, log: LogInMemory) -> None:
    class Killed(BaseException):
        pass

    def dies_when_posting(method: str, address: str, body: bytes | None) -> tuple[int, bytes]:
        if method == "POST":
            raise Killed
        return log.ask(method, address, body)

    home = make_home(tmp_path / "w")
    with pytest.raises(Killed):
        Witness(home, ask=dies_when_posting, now=lambda: NOW).look()
    again = Home(tmp_path / "w")
    assert again.memory is not None
    assert not again.memory.sent
    assert _witness(again, log).look().state is State.SIGNED
    # And a log that was exchanged in that moment is not signed.
    log.leaves[0] = log.leaves[1]
    assert _witness(Home(tmp_path / "w"), log).look().state is State.REFUSED


def test_a_log_that_does_not_answer_is_neither_signed_nor_refused(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    log.down = True
    assert _witness(home, log).look().state is State.UNREACHABLE
    log.down, log.answer = False, 403
    log.grow(1)
    assert "403" in _witness(home, log).look().said


def test_a_log_that_disowns_what_it_showed_is_told_apart(tmp_path: Path, log: LogInMemory) -> None:
    log.answer = 409
    assert _witness(make_home(tmp_path / "w"), log).look().state is State.REFUSED


def test_a_damaged_memory_is_an_error_and_no_fresh_start(tmp_path: Path, log: LogInMemory) -> None:
    home = make_home(tmp_path / "w")
    _witness(home, log).look()
    memory = home.folder / "memory.json"
    memory.write_text(memory.read_text("utf-8").replace("\\n7\\n", "\\n5\\n"), "utf-8")
    with pytest.raises(HomeError):
        Home(home.folder)
    memory.write_text("{", "utf-8")
    with pytest.raises(HomeError):
        Home(home.folder)


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    home = make_home(tmp_path / "w")
    assert (home.folder / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(HomeError):
        make_home(tmp_path / "w")


def test_a_cosignature_of_another_time_or_text_does_not_hold(log: LogInMemory) -> None:
    witness = type(KEY).create("witness.example/w")
    text = log.note.partition("\n\n")[0] + "\n"
    line = witness.cosign(text, NOW)
    note = (log.note + line).encode()
    assert len(verified(note, [witness.cosigner])[1]) == 1
    assert str(VerifierKey.parse(str(witness.cosigner), 4)) == str(witness.cosigner)
    for position in range(note.rindex(b" ") + 8, len(note) - 4):
        changed = note[:position] + (b"A" if note[position : position + 1] != b"A" else b"B") + note[position + 1 :]
        with pytest.raises(NoteError):
            verified(changed, [witness.cosigner])
    with pytest.raises(NoteError):
        VerifierKey.parse(str(witness.cosigner))
