"""Which migrations this change brings, and what they do to tables that stood before it."""

from collections.abc import Callable, Collection

from checklists.checks.project import Project
from checklists.errors import RepositoryError
from checklists.sql.schema import Alteration, AlterationKind


def new_migrations(project: Project) -> frozenset[str]:
    """Those that may still be changed: what the branch adds, or what came in last on the default branch.

    Without a history that can be read, the last one alone.
    """
    try:
        if project.history is not None:
            return project.history.new
    except RepositoryError:
        pass
    return frozenset(project.layout.migrations[-1:])


def alterations(
    project: Project, kinds: Collection[AlterationKind]
) -> tuple[tuple[Alteration, ...], tuple[Alteration, ...]]:
    """Those of the new migrations, and those of earlier ones.

    What a new migration does to a table that a new one made is left out: nobody has rows there yet.
    """
    new = new_migrations(project)
    wanted = [each for each in project.schema.alterations if each.kind in kinds]
    return (
        tuple(each for each in wanted if each.path in new and each.born not in new),
        tuple(each for each in wanted if each.path not in new),
    )


def arrival(project: Project) -> Callable[[str], str]:
    """From a migration to the commit of the default branch, or of its merge, with which it came in.

    Without a history each came in on its own.
    """
    try:
        steps = project.history.steps if project.history is not None else ()
    except RepositoryError:
        steps = ()
    came = {change.path: step.commit for step in steps for change in step.changes if change.before is None}
    return lambda path: came.get(path, path)
