"""A draft: a review on its way, with what it was made on, so that its answers survive rescans and rebases."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from checklists.counting import counted
from checklists.model import Answer, Judgement, Suggestion, Verdict
from checklists.repo import Subject
from checklists.review.state import Review, Step


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer was given on: the verdict that was suggested, the findings, and what was undecided."""

    verdict: Verdict
    findings: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Previous:
    """An answer that no longer stands, because the suggestion behind it changed since `commit`.

    `because` is said where what it rests on changed since it was sealed, and `paths` name that.
    """

    answer: Answer
    basis: Basis
    commit: str
    because: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What only people know of the system, carried from review to review.

    The last three are lists that checks go by: tables, columns, and tables with a number of rows.
    """

    entities: str = ""
    access_patterns: str = ""
    scale: str = ""
    authorization: str = ""
    compliance: str = ""
    public_tables: str = ""
    sensitive_columns: str = ""
    expected_rows: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A review, the commit that it is of, and the answers that were reopened, by item id.

    `bases` holds what each answer was given on. `stamp` names the save that this value stands for; `messages`
    are what the reviewer should be told once: what was reopened, what could not be read.
    """

    review: Review
    subject: Subject
    bases: Mapping[str, Basis] = field(default_factory=dict, hash=False)
    previous: Mapping[str, Previous] = field(default_factory=dict, hash=False)
    context: Context = Context()
    stamp: str = ""
    messages: tuple[str, ...] = ()

    def change_since(self, item: str) -> str:
        """Why the previous answer to `item` no longer stands, in words; empty where there is none."""
        before, now = self.previous.get(item), self.review.suggestions.get(item)
        if before is None:
            return ""
        if now is None:
            return "the catalogue has no such item any more"
        if before.because:
            return before.because
        return _difference(before.basis, basis_of(now))


def basis_of(suggestion: Suggestion) -> Basis:
    """What an answer to this suggestion would be given on."""
    findings = tuple(sorted(finding.id for finding in suggestion.findings))
    return Basis(suggestion.verdict, findings, tuple(sorted({gap.object for gap in suggestion.gaps})))


def changed(draft: Draft, review: Review) -> Draft:
    """The draft after a decision: each answer rests on the suggestion and the commit that are shown now."""
    review = _dated(draft, review)
    shown = review.suggestions
    bases = {item: basis_of(shown[item]) for item in review.answers if item in shown}
    previous = {item: each for item, each in draft.previous.items() if item not in review.answers}
    return replace(draft, review=review, bases=bases, previous=previous, messages=())


def _dated(draft: Draft, review: Review) -> Review:
    """The review with the commit in what was just said; a work tree's state has no name."""
    before, here = draft.review, "" if draft.subject.dirty else draft.subject.commit
    answers: dict[str, Answer] = {
        item: each if each is before.answers.get(item) or each.commit else replace(each, commit=here)
        for item, each in review.answers.items()
    }
    judged: dict[str, Judgement] = {
        name: each if each is before.judged.get(name) or each.commit else replace(each, commit=here)
        for name, each in review.judged.items()
    }
    return replace(review, answers=answers, judged=judged)


def renewed(
    draft: Draft, suggestions: Mapping[str, Suggestion], items: tuple[str, ...], subject: Subject
) -> Draft:
    """The draft on other suggestions: of a new commit, another catalogue, or upgraded by a live proof.

    Answers whose suggestion is unchanged stand; others are reopened and kept as previous. A previous answer
    whose suggestion is again what it was stands again.
    """
    old, bases = draft.review, draft.bases
    now = {item: basis_of(suggestions[item]) for item in items if item in suggestions}
    kept = {item: each for item, each in old.answers.items() if item in now and now[item] == bases.get(item)}
    gone = {item: _reopened(draft, item) for item in old.answers if item not in kept}
    unanswered = {item: each for item, each in draft.previous.items() if item not in old.answers}
    back = {
        item: each.answer
        for item, each in unanswered.items()
        if now.get(item) == each.basis and not each.because
    }
    standing = kept | back
    review = replace(
        old,
        items=items,
        suggestions=suggestions,
        answers={item: standing[item] for item in items if item in standing},
        opened=frozenset(old.opened - gone.keys()),
        current=old.current if old.current in items else None,
        past=rewritten(old.past, gone.keys(), back),
        future=rewritten(old.future, gone.keys(), back),
    )
    previous = {item: each for item, each in {**draft.previous, **gone}.items() if item not in standing}
    told = (*draft.messages, *_told(draft, subject, gone, back))
    return Draft(
        review, subject, {item: now[item] for item in standing}, previous, draft.context, draft.stamp, told
    )


def _reopened(draft: Draft, item: str) -> Previous:
    answer = draft.review.answers[item]
    return Previous(answer, draft.bases.get(item, Basis(answer.suggested)), draft.subject.commit)


def rewritten(steps: tuple[Step, ...], gone: Set[str], back: Mapping[str, Answer]) -> tuple[Step, ...]:
    """History that neither brings back an answer whose suggestion changed nor loses one that was restored."""
    return tuple(
        replace(step, answers={**back, **{k: v for k, v in step.answers.items() if k not in gone}})
        for step in steps
        if step.item not in gone
    )


def _told(
    draft: Draft, subject: Subject, gone: Mapping[str, Previous], back: Mapping[str, Answer]
) -> Iterator[str]:
    if gone:
        since = f"since {draft.subject.commit[:12]}"
        if subject == draft.subject:  # nobody changed the code
            since = "by a proof, by what is declared, or with another version of the checks"
        yield f"Reopened, because what is suggested changed {since}: {', '.join(gone)}."
    if back:
        yield f"Restored, because the suggestion is again what it was: {', '.join(back)}."


def _difference(before: Basis, now: Basis) -> str:
    parts = []
    if before.verdict is not now.verdict:
        parts.append(
            f"the suggestion was {before.verdict.value} and is {now.verdict.value}".replace("_", " ")
        )
    for what, old, new in (("findings", before.findings, now.findings), ("gaps", before.gaps, now.gaps)):
        more, fewer = len(set(new) - set(old)), len(set(old) - set(new))
        parts += [f"{counted(more, what)} new"] * bool(more)
        parts += [f"{counted(fewer, what)} gone"] * bool(fewer)
    return ", ".join(parts)
