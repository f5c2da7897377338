"""A review that goes on from a sealed one: answers that still hold are taken over, stale ones asked again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from checklists.counting import counted
from checklists.model import Answer, Judgement
from checklists.review.draft import Basis, Context, Draft, Previous, basis_of, rewritten

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an answer no longer holds, and the files that changed."""

    because: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The reviewer's last sealed review: its answers by item, and why those in `stale` hold no more.

    `untouched` are, by an earlier commit, the items of which nothing that they rest on has changed since.
    """

    record: str
    commit: str
    answers: Mapping[str, Answer] = field(default_factory=dict, hash=False)
    judged: Mapping[str, Judgement] = field(default_factory=dict, hash=False)
    stale: Mapping[str, Cause] = field(default_factory=dict, hash=False)
    context: Context = field(default_factory=Context)
    untouched: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)


def continued(draft: Draft, earlier: Earlier) -> Draft:
    """The draft with what the earlier review still says of it.

    What the reviewer said of this very commit stands, and of one since which nothing changed for the item.
    Other answers to stale items are reopened and kept as previous; the rest are taken over, marked with the
    record that they come from.
    """
    old = draft.review
    fresh = {
        item
        for item, each in old.answers.items()
        if _given_here(draft, each) or _given_since(earlier, item, each)
    }
    gone = {item: _previous(draft, earlier, item) for item in earlier.stale if item not in fresh}
    gone = {item: each for item, each in gone.items() if each is not None and item in old.items}
    over = {
        item: replace(each, carried=each.carried or earlier.record)
        for item, each in earlier.answers.items()
        if item in old.items
        and item not in gone
        and item not in fresh
        and _takes(old.answers.get(item), each)
    }
    answers = {item: each for item, each in {**old.answers, **over}.items() if item not in gone}
    review = replace(
        old,
        answers=answers,
        judged=_judged(draft, earlier, gone),
        opened=frozenset(old.opened - gone.keys()),
        past=rewritten(old.past, gone.keys(), over),
        future=rewritten(old.future, gone.keys(), over),
    )
    bases = {item: basis_of(old.suggestions[item]) for item in over if item in old.suggestions}
    kept = {item: each for item, each in draft.previous.items() if item not in over}
    return replace(
        draft,
        review=review,
        bases={item: each for item, each in {**draft.bases, **bases}.items() if item not in gone},
        previous=kept | {item: each for item, each in gone.items() if each is not None},
        context=earlier.context if draft.context == Context() else draft.context,
        messages=(*draft.messages, *_told(draft, earlier, gone, over)),
    )


def _given_here(draft: Draft, said: Answer | Judgement) -> bool:
    carried = isinstance(said, Answer) and said.carried
    return said.commit == draft.subject.commit and not carried


def _given_since(earlier: Earlier, item: str, said: Answer) -> bool:
    """Whether it answers what made the sealed answer stale, and nothing came after that."""
    return item in earlier.stale and not said.carried and item in earlier.untouched.get(said.commit, ())


def _takes(mine: Answer | None, theirs: Answer) -> bool:
    """Whether the sealed answer is the reviewer's last word: what they changed since is theirs to keep."""
    if mine is None:
        return True
    return (mine.outcome, mine.note.strip(), mine.reason.strip(), mine.expires) == (
        theirs.outcome, theirs.note.strip(), theirs.reason.strip(), theirs.expires,
    )  # fmt: skip


def _previous(draft: Draft, earlier: Earlier, item: str) -> Previous | None:
    answer = draft.review.answers.get(item) or earlier.answers.get(item)
    if answer is None:
        return None
    cause = earlier.stale[item]
    basis = draft.bases.get(item, Basis(answer.suggested))
    return Previous(answer, basis, earlier.commit, cause.because, cause.paths)


def _judged(draft: Draft, earlier: Earlier, gone: Mapping[str, object]) -> Mapping[str, Judgement]:
    """What was said of findings; of those that a stale item shows only what was said of this commit."""
    stale = [said for item, said in draft.review.suggestions.items() if item in gone]
    shown = {finding.id for said in stale for finding in said.findings}
    every = {**earlier.judged, **draft.review.judged}
    return {name: each for name, each in every.items() if name not in shown or _given_here(draft, each)}


def _told(
    draft: Draft, earlier: Earlier, gone: Mapping[str, object], over: Mapping[str, Answer]
) -> Iterator[str]:
    """What became of the answers; nothing where the draft had taken it in before."""
    mine = draft.review.answers
    again = [item for item in gone if item in mine or item not in draft.previous]
    more = [item for item in over if item not in mine or not mine[item].carried]
    if not again and not more:
        return
    names = list(gone)
    others = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    asked = f"; asked again: {', '.join(names[:_NAMED])}{others}" if names else ""
    yield f"This goes on from {earlier.record}: {counted(len(over), 'answers')} taken over{asked}."
