"""Drafts on disk: whole, private, never lost, and shared by two consoles."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sealing import make_repo

from checklists.errors import DraftError
from checklists.model import Answer, Outcome, Suggestion, Verdict
from checklists.repo import Subject
from checklists.review.draft import Context
from checklists.review.folder import (
    Choice,
    Home,
    drafts_folder,
    drafts_home,
    last_choice,
    remember_choice,
    remembered_choice,
    write_atomically,
)
from checklists.review.state import RefusedAnswer, Review, annotate, decide, redo, undo
from checklists.review.store import DraftStore

TODAY = date(2026, 3, 1)
SUBJECT = Subject("1" * 40, "a" * 40)
PASS = Answer(Outcome.PASS, Verdict.PASS)
WAIVED = Answer(Outcome.WAIVED, Verdict.PASS, reason="Until the move", expires=date(2026, 5, 1))
SAID = {name: Suggestion(name, Verdict.PASS, "b", (), (), (), ()) for name in "abcd"}


def deciding(item: str, answer: Answer = PASS):  # type: ignore[no-untyped-def]
    return lambda review: decide(review, item, answer, today=TODAY)


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path / "drafts")


def test_a_review_goes_on_where_it_was(store: DraftStore) -> None:
    draft = store.open(SAID, SUBJECT)
    draft = store.update(draft, deciding("a"))
    draft = store.update(draft, deciding("b", WAIVED))
    draft = store.update(draft, lambda review: annotate(review, "c", "ask Kim"))
    draft = store.update(draft, undo)
    draft = store.set_context(draft, Context(entities="Tenders and bids"))
    again = DraftStore(store.folder).open(SAID, SUBJECT)
    assert again == draft
    assert again.review.answers == {"a": PASS, "b": WAIVED}
    assert again.context.entities == "Tenders and bids"
    assert redo(again.review).notes == {"c": "ask Kim"}
    assert undo(undo(again.review)).answers == {}


def test_a_refused_answer_writes_nothing(store: DraftStore) -> None:
    draft = store.open(SAID, SUBJECT)
    with pytest.raises(RefusedAnswer):
        store.update(draft, deciding("a", Answer(Outcome.FAIL, Verdict.PASS)))
    assert not store.path.exists()


def test_two_consoles_add_to_each_others_answers(store: DraftStore) -> None:
    one, two = store.open(SAID, SUBJECT), store.open(SAID, SUBJECT)
    store.update(one, deciding("a"))
    after = store.update(two, deciding("b"))
    assert set(after.review.answers) == {"a", "b"}
    assert after.messages == (
        "This draft was changed elsewhere in the meantime; both sets of answers are kept.",
    )
    assert store.update(after, deciding("c")).messages == ()


def test_many_writers_at_once_lose_nothing(store: DraftStore) -> None:
    names = [f"item-{n}" for n in range(24)]
    said = {name: Suggestion(name, Verdict.PASS, "b", (), (), (), ()) for name in names}

    def answer(name: str) -> None:
        own = DraftStore(store.folder)
        own.update(own.open(said, SUBJECT), deciding(name))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, names))
    assert set(store.open(said, SUBJECT).review.answers) == set(names)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"schema": "counterseal.draft/9"}',
        b'{"schema": "counterseal.draft/1"}',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_kept_aside(store: DraftStore, damage: bytes) -> None:
    store.update(store.open(SAID, SUBJECT), deciding("a"))
    store.path.write_bytes(damage)
    draft = store.open(SAID, SUBJECT)
    aside = store.path.with_name("draft.json.broken-1")
    assert draft.review.answers == {}
    assert aside.read_bytes() == damage
    assert str(aside) in draft.messages[0]
    store.path.write_bytes(b"again")
    store.open(SAID, SUBJECT)
    assert store.path.with_name("draft.json.broken-2").read_bytes() == b"again"


def test_an_unknown_answer_in_a_file_is_refused_with_its_place(store: DraftStore) -> None:
    store.update(store.open(SAID, SUBJECT), deciding("a"))
    data = json.loads(store.path.read_text())
    data["answers"]["a"]["outcome"] = "maybe"
    store.path.write_text(json.dumps(data))
    assert "answers.a.outcome: 'maybe'" in store.open(SAID, SUBJECT).messages[0]


def test_only_its_owner_reads_a_draft(store: DraftStore) -> None:
    store.update(store.open(SAID, SUBJECT), deciding("a"))
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_a_failed_save_leaves_the_old_draft(store: DraftStore, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = store.update(store.open(SAID, SUBJECT), deciding("a"))
    before = store.path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DraftError, match=r"No space left on device. The answer was not taken"):
        store.update(draft, deciding("b"))
    assert store.path.read_bytes() == before
    assert sorted(path.name for path in store.folder.iterdir()) == ["draft.json", "draft.lock"]


def test_opening_writes_nothing(store: DraftStore) -> None:
    assert store.open(SAID, SUBJECT).review.answers == {}
    assert not store.folder.exists()


def test_an_answer_kept_elsewhere_is_told_and_comes_back(tmp_path: Path) -> None:
    git, state = tmp_path / "git", tmp_path / "state"
    usual = DraftStore(git, other=state)
    usual.update(usual.open(SAID, SUBJECT), deciding("a"))

    unusual = DraftStore(state, other=git, because=f"{git} cannot be written")
    draft = unusual.open(SAID, SUBJECT)
    assert draft.review.answers == {"a": PASS}
    assert draft.messages == (
        f"The draft is kept in {state}, because {git} cannot be written.",
        f"This goes on with the newer draft of {git}.",
    )
    draft = unusual.update(draft, deciding("b"))
    assert draft.messages == ()
    before = (git / "draft.json").read_bytes()
    assert unusual.update(draft, deciding("c")).messages == ()
    assert (git / "draft.json").read_bytes() == before

    again = usual.open(SAID, SUBJECT)
    assert set(again.review.answers) == {"a", "b", "c"}
    assert again.messages == (f"This goes on with the newer draft of {state}.",)
    assert (git / "draft.json").read_bytes() == before
    after = usual.update(again, deciding("d"))
    assert (set(after.review.answers), after.messages) == ({"a", "b", "c", "d"}, ())
    last = usual.open(SAID, SUBJECT)
    assert (set(last.review.answers), last.messages) == ({"a", "b", "c", "d"}, ())


def test_a_change_made_without_opening_again_keeps_the_newer_draft(tmp_path: Path) -> None:
    usual, unusual = DraftStore(tmp_path / "g", other=tmp_path / "s"), DraftStore(tmp_path / "s")
    stale = usual.open(SAID, SUBJECT)
    unusual.update(unusual.open(SAID, SUBJECT), deciding("a"))
    after = usual.update(stale, deciding("b"))
    assert set(after.review.answers) == {"a", "b"}
    assert "changed elsewhere" in after.messages[0]


def test_a_damaged_draft_elsewhere_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s/draft.json").write_bytes(b"{")
    store = DraftStore(tmp_path / "g", other=tmp_path / "s")
    assert store.open(SAID, SUBJECT).messages == ()
    assert (tmp_path / "s/draft.json").read_bytes() == b"{"


def test_a_link_in_the_drafts_place_is_replaced_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep")
    link = tmp_path / "draft.json"
    link.symlink_to(victim)
    write_atomically(link, b"new")
    assert (victim.read_text(), link.read_text(), link.is_symlink()) == ("keep", "new", False)


def test_each_backend_of_a_repo_has_its_own_draft(tmp_path: Path) -> None:
    usual = DraftStore(tmp_path, Choice("supabase"))
    others = {
        DraftStore(tmp_path, choice).path
        for choice in (
            Choice("apps/a/supabase"),
            Choice("apps-a/supabase"),
            Choice(None, "db"),
            Choice("supabase", "db"),
        )
    }
    assert usual.path == DraftStore(tmp_path).path
    assert len(others | {usual.path}) == 5


def test_drafts_lie_with_git_or_with_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repo(tmp_path / "repo")
    assert drafts_folder(repo) == repo / ".git" / "counterseal"
    assert drafts_folder(tmp_path).parent == Path(os.environ["XDG_STATE_HOME"]) / "counterseal"
    assert not (repo / ".git" / "counterseal").exists()
    assert drafts_home(repo) == Home(repo / ".git" / "counterseal", drafts_home(repo).other)
    (repo / ".git" / "counterseal").symlink_to(tmp_path)
    assert drafts_folder(repo) != tmp_path
    assert drafts_home(repo).because == f"{repo / '.git' / 'counterseal'} is a symbolic link"
    (repo / ".git" / "counterseal").unlink()
    state = drafts_home(repo).other
    monkeypatch.setattr("os.access", lambda *_: False)
    assert drafts_home(repo) == Home(
        state or repo, repo / ".git" / "counterseal", f"{repo / '.git'} cannot be written"
    )
    assert not drafts_folder(repo).is_relative_to(repo)


def test_the_choice_is_remembered(tmp_path: Path) -> None:
    assert remembered_choice(tmp_path) == Choice()
    remember_choice(tmp_path, Choice("apps/web/supabase"))
    assert remembered_choice(tmp_path) == Choice("apps/web/supabase")
    (tmp_path / "choice.json").write_text("{")
    assert remembered_choice(tmp_path) == Choice()
    remember_choice(tmp_path / "new", Choice("x"))
    assert last_choice(Home(tmp_path, tmp_path / "new")) == Choice("x")
    (tmp_path / "file").write_text("")
    remember_choice(tmp_path / "file" / "below", Choice("x"))


def test_an_empty_review_has_no_answers(store: DraftStore) -> None:
    assert store.open({}, SUBJECT).review == Review((), {})
