"""Joins the console to the domain: what `tui.ports` asks for, from a repo on disk."""

from collections.abc import Mapping

from checklists.catalogue import items
from checklists.checks.discovery import discover, rule_named
from checklists.checks.engine import run
from checklists.checks.loading import Progress
from checklists.checks.project import Project
from checklists.record.sealer import RepoSealer
from checklists.review.store import DraftStore
from tui.commands.options import Request, draft_store
from tui.commands.reading import read_as_last_time
from tui.ports import Ports


def ports_for(asked: Request) -> Ports:
    """Everything the console needs to review what was asked for."""
    backend = _Backend(asked)
    return Ports(
        where=str(asked.path),
        revision="work tree" if asked.worktree else asked.rev,
        load=backend.load,
        informed_by=_informed_by,
        check=run,
        store=backend.store,
        page=_page,
        sealer=RepoSealer,
    )


class _Backend:
    """Reads what was asked for, and knows from then on which backend of the repo that was."""

    def __init__(self, asked: Request) -> None:
        self._asked = asked

    def load(self, tell: Progress) -> Project:
        project, self._asked = read_as_last_time(self._asked, tell)
        return project

    def store(self, project: Project) -> DraftStore:
        return draft_store(project, self._asked)


def _informed_by() -> Mapping[str, frozenset[str]]:
    rules = discover()
    return {item.id: frozenset(rule.id for rule in rules if item.id in rule.check.items) for item in items()}


def _page(check: str) -> str:
    rule = rule_named(check)
    return rule.page if rule is not None else ""
