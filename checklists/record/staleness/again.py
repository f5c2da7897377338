"""The reviewer's last sealed review of a repo, for the next one to go on from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from checklists.checks.project import Project
from checklists.errors import CountersealError
from checklists.model import Answer, Judgement, Outcome, Suggestion
from checklists.record.contents import fingerprint
from checklists.record.gate.collect import Candidate
from checklists.record.latest import latest_of
from checklists.record.model import Record, SealedItem, Waiver
from checklists.record.own import is_own
from checklists.record.policy import policy_scope
from checklists.record.staleness.since import untouched
from checklists.record.staleness.states import ItemState, State, item_states
from checklists.record.staleness.trees import StoredTree, recorded_listing
from checklists.record.target import target_of
from checklists.record.toml import from_bytes
from checklists.repo.git_objects import object_store
from checklists.repo.identity import identity
from checklists.repo.repository import open_repository
from checklists.review.carrying import Cause, Earlier, continued
from checklists.review.draft import Draft, basis_of

Lay = Callable[[Draft], Draft]


def laying(project: Project, today: date) -> Lay:
    """Lays drafts of this project on the reviewer's last record, where there is one."""

    def lay(draft: Draft) -> Draft:
        try:
            found = last_record(Path(project.snapshot.root))
        except CountersealError as error:
            return replace(draft, messages=(*draft.messages, f"{error.message} {error.hint}".strip()))
        if found is None:
            return draft
        record, states = found[0], states_at(found[0], found[1], project)
        earlier = earlier_of(record, states, draft.review.suggestions, today)
        return continued(draft, replace(earlier, untouched=_untouched(draft, project, record)))

    return lay


def _untouched(draft: Draft, project: Project, record: Record) -> Mapping[str, frozenset[str]]:
    """Of the commits at which the draft was answered since the record."""
    here = (project.snapshot.subject.commit, record.subject.commit, "")
    commits = {each.commit for each in draft.review.answers.values() if each.commit not in here}
    if not commits:
        return {}
    with object_store(open_repository(Path(project.snapshot.root))) as store:
        return untouched(store, project, sorted(commits))


def last_record(root: Path) -> tuple[Record, Candidate] | None:
    """The newest record that the reviewer signed, and its bytes; None where there is none, or it is old.

    Raises:
        CountersealError: It is not as this reviewer signed it, so nothing of it may be taken over.
    """
    who = identity(root)
    found = latest_of(root, who.email) if who.email else None
    if found is None:
        return None
    try:
        record = from_bytes(found.data)
    except ValueError:
        return None
    if record.reviewer != who.email:
        return None
    is_own(found, who, root)
    return record, found


def states_at(record: Record, found: Candidate, project: Project) -> tuple[ItemState, ...]:
    """How the record's answers stand at the project's commit."""
    root, commit = Path(project.snapshot.root), project.snapshot.subject.commit
    globs = policy_scope(target_of(root, commit).file("policy.toml"))
    with object_store(open_repository(root)) as store:
        before = recorded_listing(record, store, found.listings)
        return item_states(record, before, StoredTree(store, commit), globs, project.team)


def earlier_of(
    record: Record, states: tuple[ItemState, ...], suggestions: Mapping[str, Suggestion], today: date
) -> Earlier:
    """What of a record the next review takes over, and what it asks again."""
    waivers = {waiver.item: waiver for waiver in record.waiver if waiver.item}
    answers = {item.id: _answer(record, item, waivers.get(item.id)) for item in record.item}
    stale = {each.item: Cause(each.because, each.paths) for each in states if each.state is State.STALE}
    for item in record.item:
        said, answer = suggestions.get(item.id), answers[item.id]
        if answer.expires is not None and answer.expires <= today:
            stale[item.id] = Cause(f"its waiver ran out on {answer.expires}")
        elif item.id not in stale and said is not None and fingerprint(basis_of(said)) != item.fingerprint:
            stale[item.id] = Cause("what is suggested changed")
    judged = dict(_judgements(record))
    return Earlier(record.record_id, record.subject.commit, answers, judged, stale, record.context)


def _answer(record: Record, item: SealedItem, waiver: Waiver | None) -> Answer:
    answer = Answer(
        item.answer, item.suggestion, item.note, commit=record.subject.commit, carried=item.carried
    )
    if item.answer is not Outcome.WAIVED or waiver is None:
        return answer
    by = "" if waiver.approved_by == record.reviewer else waiver.approved_by
    return replace(
        answer,
        reason=waiver.reason,
        expires=waiver.expires,
        justification=waiver.justification,
        approved_by=by,
    )


def _judgements(record: Record) -> Iterator[tuple[str, Judgement]]:
    waivers = {waiver.finding: waiver for waiver in record.waiver if waiver.finding}
    for each in record.finding:
        if each.triage is not None:
            waiver = waivers.get(each.id)
            by = waiver.approved_by if waiver and waiver.approved_by != record.reviewer else ""
            until = waiver.expires if waiver else None
            yield each.id, Judgement(each.triage, each.reason, until, by, record.subject.commit)
