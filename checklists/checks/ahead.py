"""What needs no TypeScript, asked in a process of its own while a large repo's sources are read."""

import os
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from checklists.apart import apart
from checklists.checks.backend import read_schema
from checklists.checks.check import Input
from checklists.checks.discovery import discover
from checklists.checks.engine import report
from checklists.checks.project import Known, Project
from checklists.collector import without_collector
from checklists.model import Report
from checklists.repo import Layout, Snapshot
from checklists.repo.config import read_config
from checklists.repo.history import History
from checklists.team import read_team
from checklists.ts.index import SourceIndex

ENOUGH = 3_000_000
"""Characters of source from which the second process pays: they take about a second, as its start does."""


class SourcesUnread(BaseException):
    """A check looked at the sources, which are not at hand; none of the faults that become a gap."""


class _Unread(SourceIndex):
    """Stands for sources that another process reads."""

    def __getattribute__(self, name: str) -> Any:
        raise SourcesUnread(name)


@dataclass(frozen=True, slots=True)
class Asked:
    """The revision, as it was read from git."""

    snapshot: Snapshot
    layout: Layout
    history: History


def pays(snapshot: Snapshot, layout: Layout) -> bool:
    """Whether there is so much to read, and a second processor, that asking ahead is the quicker way."""
    texts = (snapshot.files[path].text for path in layout.sources if path in snapshot.files)
    return (os.cpu_count() or 1) > 1 and sum(map(len, texts)) >= ENOUGH


def begin(asked: Asked) -> "Future[Known]":
    """Fold the migrations, and ask every check that rests on no sources."""
    return apart(known, asked)


@without_collector()
def known(asked: Asked) -> Known:
    """The schema, and the reports of the checks that got by without the sources."""
    config, team = read_config(asked.snapshot, asked.layout.config), read_team(asked.snapshot)
    schema = read_schema(asked.snapshot, asked.layout, config)
    facts = team.config.facts
    project = Project(
        asked.snapshot, asked.layout, schema, _Unread(), config.values, asked.history, team, facts
    )
    reports: dict[str, Report] = {}
    for rule in discover():
        if Input.SOURCES not in rule.check.inputs and not rule.check.late:
            with suppress(SourcesUnread):
                reports[rule.id] = report(rule, project)
    return Known(schema, facts, reports)
