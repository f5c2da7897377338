"""Nothing that a repo under review holds or configures is run, followed or believed."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
from gitrepos import commit, git, init, repository, write

from checklists.errors import RepositoryError
from checklists.repo import snapshot, source_file
from checklists.repo import worktree as worktree_module
from checklists.repo.history import History
from checklists.repo.past_files import introduced, past_files
from checklists.repo.sieve import Mark
from checklists.repo.snapshot import Snapshot, SourceFile, read_snapshot

MIGRATION = "supabase/migrations/1_a.sql"
BOTH = pytest.mark.parametrize("worktree", [False, True], ids=["commit", "worktree"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {MIGRATION: "select 1;", "app/a.ts": "export {}"})


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that appears when something of the repo was run."""
    return tmp_path / "was-run"


@pytest.fixture
def armed(root: Path, tmp_path: Path, marker: Path) -> Path:
    """A repo whose configuration, attributes and hooks name a program wherever git would take one."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    write(root, {".gitattributes": "* filter=evil diff=evil merge=evil\n"})
    commit(root)
    for hook in (
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "pre-auto-gc",
        "fsmonitor-watchman",
    ):
        path = root / ".git/hooks" / hook
        path.write_text(program.read_text())
        path.chmod(0o755)
    for name in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "core.editor", "core.gitProxy",
        "core.alternateRefsCommand", "diff.external", "diff.evil.textconv", "diff.evil.command",
        "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "merge.evil.driver", "gpg.program",
        "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "credential.helper", "sequence.editor",
        "uploadpack.packObjectsHook", "remote.origin.uploadpack", "pager.ls-tree", "pager.rev-parse",
    ):  # fmt: skip
        git(root, "config", name, str(program))
    for name in ("rev-parse", "ls-tree", "cat-file", "ls-files", "version"):
        git(root, "config", f"alias.{name}", f"!{program}")
    git(root, "config", "core.hooksPath", str(root / ".git/hooks"))
    git(root, "config", "filter.evil.required", "true")
    git(root, "config", "log.showSignature", "true")
    git(root, "config", "core.untrackedCache", "true")
    (root / ".git/evil").write_text(f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n")
    git(root, "config", "include.path", "evil")
    marker.unlink(missing_ok=True)
    return root


def test_the_trap_is_set(armed: Path, marker: Path) -> None:
    """Ordinary git, used without care, does run what the repo names."""
    subprocess.run(["git", "status"], cwd=armed, capture_output=True, check=False)
    assert marker.exists()


@BOTH
def test_nothing_configured_is_run(armed: Path, marker: Path, worktree: bool) -> None:
    seen = read_snapshot(armed, worktree=worktree)
    assert seen.text(MIGRATION) == "select 1;"
    assert not marker.exists()


def test_no_remote_is_asked_for_missing_objects(root: Path, tmp_path: Path, marker: Path) -> None:
    blob = git(root, "rev-parse", f"HEAD:{MIGRATION}")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    git(root, "config", "core.repositoryFormatVersion", "1")
    git(root, "config", "extensions.partialClone", "origin")
    git(root, "config", "remote.origin.promisor", "true")
    git(root, "config", "remote.origin.url", f"ext::touch {marker}")
    git(root, "config", "protocol.ext.allow", "always")
    git(root, "config", "protocol.allow", "always")
    seen = read_snapshot(root)
    assert seen.files[MIGRATION].fault == source_file.NOT_IN_CLONE
    with pytest.raises(RepositoryError, match=r"not a revision|partial clone"):
        read_snapshot(root, "1" * 40)
    assert not marker.exists()


def test_the_repo_is_left_as_it_was(root: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in root.rglob("*") if p.is_file()}

    os.utime(root / MIGRATION, (1, 1))
    before = state()
    read_snapshot(root)
    read_snapshot(root, worktree=True)
    assert state() == before


@BOTH
def test_links_are_named_and_not_followed(root: Path, worktree: bool) -> None:
    (root / "supabase/migrations/2_passwd.sql").symlink_to("/etc/passwd")
    (root / "supabase/migrations/3_loop.sql").symlink_to("3_loop.sql")
    (root / "lib").symlink_to("/etc", target_is_directory=True)
    (root / "supabase/tests").symlink_to("/usr", target_is_directory=True)
    commit(root)
    seen = read_snapshot(root, worktree=worktree)
    for name in ("2_passwd", "3_loop"):
        file = seen.files[f"supabase/migrations/{name}.sql"]
        assert file.fault == source_file.SYMBOLIC_LINK
        assert file.data == b""
    assert {"lib", "supabase/tests"} <= seen.paths
    assert all(not path.startswith(("lib/", "supabase/tests/")) for path in seen.paths)


def test_a_folder_swapped_for_a_link_is_not_entered(root: Path, tmp_path: Path) -> None:
    write(tmp_path, {"outside/a.ts": "const secret = 1"})
    (root / "app/a.ts").unlink()
    (root / "app").rmdir()
    (root / "app").symlink_to(tmp_path / "outside", target_is_directory=True)
    seen = read_snapshot(root, worktree=True)
    assert "app/a.ts" not in seen.files
    assert all(b"secret" not in file.data for file in seen.files.values())


def test_work_tree_ignores_what_is_no_file(root: Path) -> None:
    os.mkfifo(root / "supabase/migrations/2_pipe.sql")
    (root / MIGRATION).unlink()
    os.mkfifo(root / MIGRATION)
    seen = read_snapshot(root, worktree=True)
    assert set(seen.files) == {"app/a.ts"}


def test_work_tree_tolerates_files_that_vanish(root: Path) -> None:
    (root / MIGRATION).unlink()
    seen = read_snapshot(root, worktree=True)
    assert set(seen.paths) == {"app/a.ts"}


def test_unreadable_file_is_named(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (root / MIGRATION).chmod(0)
    assert read_snapshot(root, worktree=True).files[MIGRATION].fault == source_file.VANISHED


@BOTH
def test_large_files_are_named_and_not_read(root: Path, worktree: bool) -> None:
    write(
        root,
        {"supabase/migrations/2_big.sql": b"-- x\n" * 1_000_000, "supabase/migrations/3_ok.sql": "select 3;"},
    )
    commit(root)
    seen = read_snapshot(root, worktree=worktree)
    big = seen.files["supabase/migrations/2_big.sql"]
    assert (big.fault, big.data) == (source_file.TOO_LARGE, b"")
    assert seen.text("supabase/migrations/3_ok.sql") == "select 3;"


CONTENTS = {
    "latin-1": (b"-- caf\xe9\n", "is not UTF-8 (byte 7)"),
    "utf-16": ("select 1;".encode("utf-16"), "is UTF-16, not UTF-8"),
    "nul": (b"select 1;\0", "holds NUL bytes, so it is not text"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "is a Git LFS pointer"),
}


@BOTH
@pytest.mark.parametrize("name", CONTENTS)
def test_contents_that_are_not_text_are_a_fault(root: Path, name: str, worktree: bool) -> None:
    data, fault = CONTENTS[name]
    write(root, {"supabase/migrations/2_b.sql": data})
    commit(root)
    file = read_snapshot(root, worktree=worktree).files["supabase/migrations/2_b.sql"]
    assert file.fault.startswith(fault)
    assert (file.data, file.text) == (data, "")


@BOTH
def test_byte_order_mark_and_line_endings(root: Path, worktree: bool) -> None:
    write(root, {"a.sql": b"\xef\xbb\xbfselect 1;\r\nselect 2;\r\n", "empty.sql": b""})
    commit(root)
    seen = read_snapshot(root, worktree=worktree)
    assert seen.text("a.sql") == "select 1;\r\nselect 2;\r\n"
    assert seen.files["a.sql"].data.startswith(b"\xef\xbb\xbf")
    assert seen.text("empty.sql") == ""
    assert seen.text("absent.sql") is None


ODD_NAMES = [
    "\x1b[2J\x1b]0;owned\x07.sql", "a\nb.sql", "a\tb.sql", "[bold red]x[/].sql", "--help.sql", " .sql",
    "é 😀.sql", "-- x' $(id).sql", "a\\b.sql", "a\x7f\u202eb.sql",
]  # fmt: skip


@BOTH
def test_odd_names_are_only_names(root: Path, worktree: bool) -> None:
    write(root, {f"supabase/migrations/{name}": f"-- {number}" for number, name in enumerate(ODD_NAMES)})
    commit(root)
    seen = read_snapshot(root, worktree=worktree)
    for number, name in enumerate(ODD_NAMES):
        assert seen.text(f"supabase/migrations/{name}") == f"-- {number}"


@BOTH
def test_name_that_is_not_utf8(root: Path, worktree: bool) -> None:
    raw = os.fsencode(root) + b"/supabase/migrations/2_caf\xe9.sql"
    try:
        Path(os.fsdecode(raw)).write_bytes(b"select 2;")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    write(root, {"supabase/migrations/2_caf\\xe9.sql": "select 'its namesake';"})
    commit(root)
    seen = read_snapshot(root, worktree=worktree)
    assert seen.files["supabase/migrations/2_caf\\xe9.sql"].fault == source_file.NAME_NOT_UTF8
    assert all(path.encode() for path in seen.paths)


def test_tree_with_names_that_git_would_not_write(tmp_path: Path) -> None:
    """A hand-made tree may hold `..` and `.git`; nothing is written to disk, so they are only odd names."""
    root = init(tmp_path / "made")
    blob = git(root, "hash-object", "-w", "--stdin", stdin=b"select 1;")
    entry = b"100644 ..\0" + bytes.fromhex(blob)
    inner = git(
        root,
        "hash-object",
        "-w",
        "-t",
        "tree",
        "--literally",
        "--stdin",
        stdin=b"100644 evil.sql\0" + bytes.fromhex(blob),
    )
    outer = git(
        root,
        "hash-object",
        "-w",
        "-t",
        "tree",
        "--literally",
        "--stdin",
        stdin=entry + b"40000 .git\0" + bytes.fromhex(inner),
    )
    made = git(root, "commit-tree", outer, "-m", "made")
    seen = read_snapshot(root, made)
    assert ".." in seen.paths
    assert ".git/evil.sql" not in seen.files


def test_tree_that_calls_a_folder_a_file(tmp_path: Path) -> None:
    root = init(tmp_path / "made")
    blob = bytes.fromhex(git(root, "hash-object", "-w", "--stdin", stdin=b"select 1;"))
    make = ("hash-object", "-w", "-t", "tree", "--literally", "--stdin")
    inner = bytes.fromhex(git(root, *make, stdin=b"100644 x\0" + blob))
    outer = git(root, *make, stdin=b"100644 a.sql\0" + inner + b"100644 b.sql\0" + blob)
    seen = read_snapshot(root, git(root, "commit-tree", outer, "-m", "made"))
    assert seen.files["a.sql"].fault == source_file.NO_BLOB
    assert seen.text("b.sql") == "select 1;"


@BOTH
def test_only_so_much_is_read_in_all(root: Path, worktree: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {"a.sql": "-- 123456", "b.sql": "-- 123456", "c.sql": "-"})
    commit(root)
    monkeypatch.setattr(snapshot, "MAX_TOTAL", 19)
    monkeypatch.setattr(worktree_module, "MAX_TOTAL", 19)
    seen = read_snapshot(root, worktree=worktree)
    faults = {path: file.fault for path, file in seen.files.items() if file.fault}
    assert faults == dict.fromkeys(("b.sql", MIGRATION), source_file.TOO_MUCH)


def test_copies_of_a_file_are_all_read(root: Path) -> None:
    write(root, {"a.sql": "select 1;", "b.sql": "select 1;"})
    commit(root)
    assert {path for path, file in read_snapshot(root).files.items() if file.text == "select 1;"} == {
        "a.sql", "b.sql", MIGRATION,
    }  # fmt: skip


def test_every_file_read_has_gits_own_name(root: Path) -> None:
    write(root, {"b.sql": b"\xff\xfe", "c.ts": b"", "d.sql": "é\r\n"})
    commit(root)
    committed = read_snapshot(root)
    lying = read_snapshot(root, worktree=True)
    assert {f.path: f.blob for f in committed.files.values()} == {
        f.path: f.blob for f in lying.files.values()
    }


def test_work_tree_is_dirty_and_keeps_to_what_git_does_not_ignore(root: Path) -> None:
    write(root, {".gitignore": ".env\nbuild/\n", ".env": "KEY=1", "build/x.sql": "x", "new.sql": "select 2;"})
    seen: Snapshot = read_snapshot(root, worktree=True)
    assert seen.subject.dirty
    assert seen.subject.commit == git(root, "rev-parse", "HEAD")
    assert seen.text("new.sql") == "select 2;"
    assert not {".env", "build/x.sql"} & seen.paths


def test_work_tree_before_the_first_commit(tmp_path: Path) -> None:
    root = init(tmp_path / "new")
    write(root, {MIGRATION: "select 1;"})
    seen = read_snapshot(root, worktree=True)
    assert seen.subject.commit == "0" * 40
    assert isinstance(seen.files[MIGRATION], SourceFile)


def test_nothing_configured_is_run_for_the_history(armed: Path, marker: Path) -> None:
    git(armed, "config", "log.showSignature", "true")
    seen = History(str(armed), git(armed, "rev-parse", "HEAD"), (MIGRATION,))
    assert len(seen.steps) == 1
    assert seen.new == {MIGRATION}
    found = past_files(seen, (Mark("select"),), lambda text: (text,))
    assert introduced(seen, found.files)
    assert [file.path for file in found.files] == [MIGRATION]
    assert not marker.exists()


def test_a_replaced_object_is_not_believed(root: Path) -> None:
    old = git(root, "rev-parse", f"HEAD:{MIGRATION}")
    new = git(root, "hash-object", "-w", "--stdin", stdin=b"select 'harmless';")
    git(root, "replace", old, new)
    found = past_files(
        History(str(root), git(root, "rev-parse", "HEAD")), (Mark("select"),), lambda text: (text,)
    )
    assert [file.found for file in found.files] == [("select 1;",)]
