"""Committing a record makes nobody an author of the change; committing anything else does."""

import pytest
from gitrepos import git, write
from team import RAE, SAM, Approved, closed

OWN = ".counterseal/reviews"


def committed(approved: Approved, files: dict[str, str], who: str = SAM, *more: str) -> str:
    """Commit on `work` as somebody; the commit."""
    git(approved.repo, "checkout", "-q", "work")
    write(approved.repo, files)
    git(approved.repo, "add", "-A", "-f")
    git(approved.repo, "commit", "-q", "--no-gpg-sign", "--author", f"X <{who}>", "-m", "more", *more)
    name = git(approved.repo, "rev-parse", "HEAD")
    git(approved.repo, "checkout", "-q", "main")
    return name


def folder(approved: Approved) -> str:
    return approved.record(SAM)[0].rpartition("/")[0]


def test_the_records_own_commit(approved: Approved) -> None:
    place = folder(approved)
    names = (f"{SAM}-9.toml", f"{SAM}-9.toml.sig", f"{SAM}-9.md", "scope-0.lstree")
    files = {f"{place}/{name}": "" for name in names}
    committed(
        approved,
        files | {f"{OWN}/.gitattributes": "* -text\n"},
        SAM,
        "--trailer",
        f"Co-authored-by: R <{RAE}>",
    )
    said = approved.gate()
    assert said.authors == {"ada@example.org"}
    assert closed(said) == {}


@pytest.mark.parametrize(
    "other",
    [
        "app/other.ts",
        ".counterseal/policy.toml",
        f"{OWN}/x.toml",
        f"{OWN}/000000000000/evil.ts",
        f"{OWN}/000000000000/deep/er.toml",
        ".counterseal/reviewsx/000000000000/a.toml",
        ":100644 000000 a b D",
        "x/.counterseal/reviews/000000000000/a.toml",
    ],
)
def test_a_record_and_one_other_file(approved: Approved, other: str) -> None:
    committed(approved, {f"{folder(approved)}/{SAM}-9.md": "", other: "x\n"})
    said = approved.gate()
    assert SAM in said.authors
    assert not any(each.counts for each in said.signed if each.vouched.principal == SAM)


def test_a_file_named_like_a_commit(approved: Approved) -> None:
    theirs = git(approved.repo, "rev-parse", "work")
    committed(approved, {f"{folder(approved)}/{SAM}-9.md": "", theirs: "x\n"})
    committed(approved, {f"{folder(approved)}/{SAM}-8.md": "", f"A\n{theirs}\n": "x\n"}, RAE)
    assert {SAM, RAE} <= approved.gate().authors


def test_a_file_moved_among_the_records(approved: Approved) -> None:
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "mv", "-f", "README.md", f"{folder(approved)}/README.md")
    committed(approved, {})
    assert SAM in approved.gate().authors


def test_a_merge_that_brings_code_in(approved: Approved) -> None:
    git(approved.repo, "checkout", "-q", "-b", "side", "work")
    committed(approved, {f"{folder(approved)}/{SAM}-9.md": ""}, RAE)
    git(approved.repo, "checkout", "-q", "side")
    write(approved.repo, {"app/side.ts": "export {}\n"})
    git(approved.repo, "add", "-A")
    git(approved.repo, "commit", "-q", "--no-gpg-sign", "-m", "side")
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "merge", "-q", "--no-ff", "--no-commit", "side")
    committed(approved, {})
    assert approved.gate().authors == {"ada@example.org", SAM}


def test_an_empty_commit_counts(approved: Approved) -> None:
    committed(approved, {}, SAM, "--allow-empty")
    assert SAM in approved.gate().authors
