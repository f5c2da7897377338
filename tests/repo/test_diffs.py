"""The lines that a diff shows."""

from pathlib import Path

from gitrepos import commit, git, init, write

from checklists.repo.diffs import diff, shown_lines
from checklists.repo.git_objects import object_store
from checklists.repo.repository import open_repository

LINES = "".join(f"{n}\n" for n in range(1, 31))


def test_lines_in_sight_of_a_change(tmp_path: Path) -> None:
    root = init(tmp_path / "repo")
    odd = 'a "b"\té.sql'
    write(root, {"a.sql": LINES, odd: "x\n", "gone.sql": "1\n2\n"})
    first = commit(root)
    tricky = LINES.replace("10\n", "++ b/not-a-path\n").replace("20\n", "-- a\n+++ b/nor-this\n")
    write(root, {"a.sql": tricky, odd: "x\ny\n", "new.sql": "1\n2\n"})
    (root / "gone.sql").unlink()
    second = commit(root)
    git(root, "config", "diff.external", f"touch {tmp_path}/was-run")
    with object_store(open_repository(root)) as store:
        found = shown_lines(diff(store, first, second))
        assert "+y\n" in diff(store, first, second, (odd,))
    assert found["a.sql"] == frozenset({*range(7, 14), *range(17, 25)})
    assert found["new.sql"] == frozenset({1, 2})
    assert found[odd] == frozenset({1, 2})
    assert set(found) == {"a.sql", "new.sql", odd}
    assert not (tmp_path / "was-run").exists()


def test_a_file_without_a_last_line_end() -> None:
    text = (
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
    )
    assert shown_lines(text) == {"x": frozenset({1})}
    assert shown_lines("") == {}
