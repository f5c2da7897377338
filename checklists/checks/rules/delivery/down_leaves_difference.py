"""The way back of a migration does not restore what was there."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import listed
from checklists.checks.subjects.recent import new_migrations
from checklists.checks.subjects.undoing import ways_back
from checklists.model import Location, Severity
from checklists.sql.folding.undo import Undone, undone

CHECK = Check(items=("migrations-reversible",), rule="migration-down-restores", severity=Severity.HIGH)


def find(project: Project) -> Iterator[Said]:
    """Every way back, read after its migration, against what was there before."""
    back = ways_back(project)
    if not back:
        return
    text = project.snapshot.text
    downs = {up: (down, text(down) or "") for up, down in back.items()}
    ups = [(path, text(path) or "") for path in project.layout.migrations]
    new = new_migrations(project)
    for each in undone(ups, downs, supabase=project.layout.supabase_dir is not None):
        yield Examined("ways back")
        name = each.migration.rpartition("/")[2]
        if not each.restores:
            yield _flag(each, name, None if each.migration in new else Severity.LOW)
        elif not each.decided:
            because = "a statement of the migration, or of its way back, cannot be decided without running it"
            yield Unsure(f"migration:{name}", because, Location(each.down, 1, 1))


def _flag(each: Undone, name: str, severity: Severity | None) -> Flag:
    parts = (("leaves", each.left), ("does not bring back", each.lost), ("leaves otherwise", each.changed))
    told = "; it ".join(f"{verb} {listed(names)}" for verb, names in parts if names)
    return Flag(
        object=f"migration:{name}",
        location=Location(each.down, 1, 1),
        message=f"{each.down} undoes {name} in part: it {told}.",
        remedy="Make it the mirror image, in the opposite order; then try it: up, down, up again.",
        severity=severity,
    )
