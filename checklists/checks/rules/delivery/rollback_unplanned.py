"""A migration takes a step that cannot simply be reverted, and no plan is in the repo."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import listed
from checklists.checks.subjects.recent import alterations, new_migrations
from checklists.checks.subjects.undoing import says_how, ways_back
from checklists.model import Confidence, Severity
from checklists.sql.schema import Alteration, AlterationKind, Facet

CHECK = Check(
    items=("rollback-planned",),
    rule="rollback-plan",
    also=(Input.FILES,),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES,),
)
Kind = AlterationKind
_RISKY = frozenset(
    {
        Kind.DROP_TABLE,
        Kind.DROP_COLUMN,
        Kind.TRUNCATE,
        Kind.DELETE_ALL,
        Kind.UPDATE_ALL,
        Kind.RENAME_TABLE,
        Kind.RENAME_COLUMN,
        Kind.RETYPE_COLUMN,
    }
)
_PLAN = re.compile(r"roll-?back|runbook|disaster|restore|recovery", re.IGNORECASE)
_DOCUMENT = (".md", ".mdx", ".txt", ".rst", ".adoc")


def find(project: Project) -> Iterator[Said]:
    """Every new migration with a risky step, unless a way back, a comment or a document tells of one."""
    yield Examined("new migrations", len(new_migrations(project)))
    documents = [p for p in project.snapshot.paths if p.endswith(_DOCUMENT) and _PLAN.search(p)]
    steps: dict[str, list[Alteration]] = {}
    for each in alterations(project, _RISKY)[0]:
        steps.setdefault(each.path, []).append(each)
    back = ways_back(project)
    for path, risky in steps.items():
        if path not in back and not documents and not says_how(project.snapshot.text(path) or ""):
            yield _flag(path, risky)


def _flag(path: str, risky: list[Alteration]) -> Flag:
    name = path.rpartition("/")[2]
    words = listed(f"{each.kind.value} {'.'.join(filter(None, (each.table, each.name)))}" for each in risky)
    return Flag(
        object=f"migration:{name}",
        location=risky[0].location,
        message=f"{name} takes steps that a revert does not undo ({words}), and nothing in the repo says "
        "how to go back.",
        remedy="-- Rollback: restore point, what to do with rows written since, and who decides",
        related=tuple(each.location for each in risky[1:10]),
    )
