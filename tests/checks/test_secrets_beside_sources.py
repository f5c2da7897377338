"""Notes and scripts of the revision are looked into for secrets. Keys are put together here."""

from pathlib import Path

from builders import check, committed
from test_past_secrets import SERVICE

from checklists.model import Status


def test_each_note_of_the_revision_that_holds_a_key_is_named(tmp_path: Path) -> None:
    text = f"# Setup\n\nSERVICE={SERVICE}\n"
    project = committed(tmp_path / "repo", {"old.md": text}, {"docs/a.md": text, "docs/b.sh": text})
    said = check("secret_in_source", project)
    assert [(f.location.path, f.location.line) for f in said.findings] == [("docs/a.md", 3), ("docs/b.sh", 3)]
    assert check("secret_in_history", project).findings == ()


def test_another_service_s_key_in_a_note(tmp_path: Path) -> None:
    key = "sk-" + "or-v1-" + "9f3c81d70ab64e25" * 4
    project = committed(tmp_path / "repo", {"SETUP.md": f"KEY={key}"})
    (finding,) = check("service_secret_in_source", project).findings
    assert finding.location.path == "SETUP.md"


def test_placeholders_in_notes_are_nothing(tmp_path: Path) -> None:
    text = "KEY=eyJ...\nSTRIPE=sk_live_xxxxxxxxxxxxxxxxxxxxxxxx\nKEY=sb_secret_your_key_goes_here_today\n"
    project = committed(tmp_path / "repo", {"README.md": text, "a.ts": "export {}"})
    for name in ("secret_in_source", "service_secret_in_source"):
        assert check(name, project).status is Status.CLEAR
