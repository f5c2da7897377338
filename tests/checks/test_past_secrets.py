"""Secrets in earlier commits: told by what they are, and never shown."""

import base64
import json
from pathlib import Path

from builders import check, committed, project
from gitrepos import git

from checklists.checks.loading import load_project
from checklists.model import Report, Severity, Status

SIGNATURE = "Qm4Zt7Rk2Wv9Xb5Np8Lc3Hd6Jf1Sg0Ty"


def _token(**claims: str) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{SIGNATURE}"


SERVICE = _token(iss="supabase", ref="abcdefghijkl", role="service_role")
ANON = _token(iss="supabase", ref="abcdefghijkl", role="anon")
DEMO = _token(iss="supabase-demo", role="service_role")


def _then_gone(root: Path, text: str) -> Report:
    return check("secret_in_history", committed(root, {".env": text}, {"README.md": "gone"}))


def test_a_service_key_and_an_anon_key_are_told_apart(tmp_path: Path) -> None:
    said = _then_gone(tmp_path / "repo", f"A={ANON}\nB={SERVICE}\n")
    (finding,) = said.findings
    assert finding.severity is Severity.BLOCKER
    assert (finding.object, finding.location.line) == ("file:.env", 2)
    assert "service role key" in finding.message


def test_no_part_of_a_secret_but_six_characters_is_shown(tmp_path: Path) -> None:
    said = _then_gone(tmp_path / "repo", f"KEY={SERVICE}")
    words = repr(said)
    assert SERVICE[:6] in words
    assert SERVICE[:7] not in words
    assert SIGNATURE not in words


def test_demo_keys_and_placeholders_are_no_secrets(tmp_path: Path) -> None:
    said = _then_gone(tmp_path / "repo", f"A={DEMO}\nB=sb_secret_your_key_goes_here_today\n")
    assert said.status is Status.CLEAR


def test_the_secret_that_signs_tokens(tmp_path: Path) -> None:
    few = "Ab3" * 28 + "xY=="
    assert _then_gone(tmp_path / "repo", f"SUPABASE_JWT_SECRET={few}").status is Status.CLEAR
    real = base64.b64encode(bytes(range(64))).decode()
    (finding,) = _then_gone(tmp_path / "other", f"SUPABASE_JWT_SECRET={real}").findings
    assert "signs users' tokens" in finding.message


def test_one_that_a_file_still_holds_is_left_to_the_other_check(tmp_path: Path) -> None:
    files = {"lib/key.ts": f"export const key = '{SERVICE}'"}
    seen = committed(tmp_path / "repo", files, {**files, "lib/b.ts": ""})
    assert check("secret_in_history", seen).findings == ()
    assert check("secret_in_source", seen).findings


def test_one_that_moved_to_a_note_is_left_to_the_other_check_as_well(tmp_path: Path) -> None:
    seen = committed(tmp_path / "repo", {"notes.md": "x"}, {"notes.md": f"use {SERVICE}"})
    assert check("secret_in_history", seen).findings == ()
    (finding,) = check("secret_in_source", seen).findings
    assert finding.location.path == "notes.md"


def test_once_for_each_secret_at_its_oldest_place(tmp_path: Path) -> None:
    commits = [{".env": f"N={n}\nKEY={SERVICE}"} for n in range(3)]
    said = check("secret_in_history", committed(tmp_path / "repo", *commits, {"README.md": ""}))
    (finding,) = said.findings
    first = git(tmp_path / "repo", "rev-list", "--max-parents=0", "HEAD")
    assert f"since commit {first[:12]} of 2026-01-01" in finding.message


def test_a_shallow_clone_says_so(tmp_path: Path) -> None:
    committed(tmp_path / "repo", {".env": f"KEY={SERVICE}"}, {"README.md": ""})
    git(tmp_path, "clone", "-q", "--depth", "1", (tmp_path / "repo").as_uri(), "cut")
    said = check("secret_in_history", load_project(tmp_path / "cut"))
    assert said.status is Status.UNDETERMINED
    assert "shallow" in said.gaps[0].because


def test_files_without_a_repository_have_no_history() -> None:
    assert check("secret_in_history", project({".env": f"KEY={SERVICE}"})).status is Status.NOT_APPLICABLE
