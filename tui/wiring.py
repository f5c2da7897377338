"""Joins the console to the domain: what `tui.ports` asks for, from a repo on disk.

Everything heavy is imported when it is called for, most of it in the worker, behind the first screen.
"""

# ruff: noqa: PLC0415 - see above

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from checklists.errors import CountersealError
from checklists.model import Report, Suggestion
from tui.commands.options import Request
from tui.ports import Ports, Sealer

if TYPE_CHECKING:
    from checklists.checks.loading import Progress
    from checklists.checks.project import Project
    from checklists.live.ground import Tell
    from checklists.live.proving import Progress as ProofProgress
    from checklists.record.staleness.changes import Changes
    from checklists.review.draft import Context
    from checklists.review.store import DraftStore


def ports_for(asked: Request, sections: tuple[str, ...] = ()) -> Ports:
    """Everything the console needs to review what was asked for, or these sections of it."""
    backend = _Backend(asked, sections)
    return Ports(
        where=asked.path.resolve().name or str(asked.path),
        revision="work tree" if asked.worktree else asked.rev,
        load=backend.load,
        informed_by=_informed_by,
        check=_check,
        store=backend.store,
        page=backend.page,
        sealer=_sealer,
        prove=_prove,
        unable=_unable,
        consent=_Consent(),
        prefilled=_prefilled,
        declared=_declared,
        sections=sections,
        changes=_changes,
        upgraded=_upgraded,
    )


class _Backend:
    """Reads what was asked for, and knows from then on which backend of the repo that was."""

    def __init__(self, asked: Request, sections: tuple[str, ...]) -> None:
        self._asked, self._sections = asked, sections
        self._project: Project | None = None

    def load(self, tell: "Progress") -> "Project":
        from checklists.catalogue import check_named
        from checklists.review.kept import recalled
        from tui.commands.reading import read_as_last_time

        project, self._asked = read_as_last_time(self._asked, tell)
        check_named(self._sections, project.sections)
        self._project = recalled(project)
        return self._project

    def page(self, check: str) -> str:
        from checklists.review.looking import checks_of

        rules = checks_of(self._project) if self._project is not None else ()
        return next((rule.page for rule in rules if rule.id == check), "")

    def store(self, project: "Project") -> "DraftStore":
        from tui.commands.options import draft_store

        return draft_store(project, self._asked)


def _check(project: "Project") -> Iterator[Report]:
    from checklists.review.looking import look

    return look(project)


def _informed_by(project: "Project") -> Mapping[str, frozenset[str]]:
    from checklists.review.looking import informed_by

    return informed_by(project)


def _prefilled(project: "Project") -> "Context":
    from checklists.review.context_read import prefilled

    return prefilled(project)


def _declared(project: "Project", context: "Context") -> "Project":
    from checklists.review.declared import declared

    return declared(project, context)


def _prove(project: "Project", progress: "ProofProgress", tell: "Tell") -> "Project":
    from checklists.live.extra import needing_live

    with needing_live():
        from checklists.live.proving import prove
    from checklists.review.kept import keep

    lints = project.team.queries
    proof = prove(project.snapshot, project.layout, project.schema, lints=lints, progress=progress, tell=tell)
    found = project.proven(proof)
    keep(found)
    return found


def _unable() -> CountersealError | None:
    from checklists.live.sandbox.wheel import find_wheel

    try:
        find_wheel()
    except CountersealError as error:
        return error
    return None


def _upgraded(project: "Project") -> Mapping[str, Suggestion]:
    from checklists.review.looking import look_at_claims

    return look_at_claims(project)


class _Consent:
    """Kept in the user's state, by checkout."""

    def given(self, project: "Project") -> bool:
        from checklists.review.consent import may_prove

        return may_prove(Path(project.snapshot.root))

    def give(self, project: "Project") -> None:
        from checklists.review.consent import remember

        remember(Path(project.snapshot.root))


def _sealer(project: "Project") -> Sealer:
    from checklists.record.sealer import RepoSealer

    return RepoSealer(project)


def _changes(project: "Project") -> "Changes | None":
    from checklists.record.staleness.changes import changes_since

    return changes_since(project)
