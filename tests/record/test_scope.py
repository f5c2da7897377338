"""What a review covers."""

import pytest

from checklists.record.scope import covers, entries, folder_of, scope_of_paths

PATHS = (
    "README.md", "apps/web/page.ts", "apps/desk/page.ts", "supabase/migrations/1_a.sql", "logo.png",
    ".counterseal/reviews/1/x.toml", ".counterseal/policy.toml", ".counterseal/config.toml",
    ".counterseal/rules/a.yml", ".github/workflows/ci.yml",
)  # fmt: skip


def test_whole_folders_and_what_the_team_configured() -> None:
    assert scope_of_paths(PATHS) == (
        ".counterseal/config.toml", ".counterseal/rules", ".github", "apps", "supabase",
    )  # fmt: skip


def test_a_policy_narrows_it() -> None:
    assert scope_of_paths(PATHS, ("apps/web/**", "supabase/*/[0-9]*.sql")) == (
        ".counterseal/config.toml", ".counterseal/rules", "apps/web", "supabase",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("glob", "folder"), [("a/b/**", "a/b"), ("/a/", "a"), ("**/*.sql", ""), ("a?b", ""), ("a", "a")]
)
def test_the_folder_of_a_pattern(glob: str, folder: str) -> None:
    assert folder_of(glob) == folder


def test_a_folder_does_not_cover_its_namesake() -> None:
    assert covers(("app",), "app/x.ts")
    assert covers(("app",), "app")
    assert not covers(("app",), "apple/x.ts")


def test_entries_of_a_listing() -> None:
    listing = b"100644 blob aaa\tx y\x00100755 blob bbb\tb\xff\x00"
    assert entries(listing) == {"x y": "100644 aaa", "b\\xff": "100755 bbb"}
