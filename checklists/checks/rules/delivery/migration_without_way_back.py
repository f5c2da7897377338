"""A migration has no way back, where others have one."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.recent import new_migrations
from checklists.checks.subjects.undoing import changes_schema, says_how, ways_back
from checklists.counting import counted
from checklists.model import Location, Severity

CHECK = Check(items=("migrations-reversible",), rule="migration-down-exists", severity=Severity.MEDIUM)


def find(project: Project) -> Iterator[Said]:
    """Every new migration that changes the schema and says nowhere how it is undone."""
    back = ways_back(project)
    bare: list[str] = []
    for path in sorted(new_migrations(project)):
        text = project.snapshot.text(path) or ""
        if not changes_schema(path, text):
            continue
        yield Examined("new migrations")
        if path not in back and not says_how(text):
            bare.append(path)
    if back:
        yield from (_flag(path, len(back)) for path in bare)
    elif bare:
        because = (
            f"nothing in the repo says how to undo {counted(len(bare), 'new migrations')}, and Supabase's "
            "CLI has no way back but to drop all and start again"
        )
        yield Unsure(f"migration:{bare[0].rpartition('/')[2]}", because, Location(bare[0], 1, 1))


def _flag(path: str, others: int) -> Flag:
    name = path.rpartition("/")[2]
    return Flag(
        object=f"migration:{name}",
        location=Location(path, 1, 1),
        message=f"{name} has no file that undoes it, while {counted(others, 'migrations')} of this repo "
        "have one.",
        remedy=f"Write supabase/rollbacks/{name}, or a comment that says why there is no way back.",
    )
