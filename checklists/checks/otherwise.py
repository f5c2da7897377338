"""What a check says where files beside the migrations may have been applied: only what holds either way.

Supabase's CLI skips a file in the migrations folder whose name it does not know. A repo that has such files
may run them by a script of its own, and no reader of the files can tell. So each check looks at both schemas,
with and without them: what it says of one alone is undetermined, and of two severities the milder stands.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from checklists.checks.check import Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.mentioned import mentions, words_of
from checklists.counting import counted
from checklists.model import Location, Severity


def other(project: Project) -> Project | None:
    """The project as it is if the skipped files were applied; None where there are none."""
    schema = project.schema.otherwise
    return None if schema is None else replace(project, schema=schema)


def either_way(
    said: Sequence[Said], there: Iterable[Said], project: Project, usual: Severity
) -> Iterator[Said]:
    """What was said of the migrations alone, in the light of what is said of them and the skipped files.

    Args:
        said: Of the migrations alone.
        there: Of the migrations and the skipped files.
        project: Whose files they are.
        usual: The check's own severity.
    """
    here, with_them = _flags(said), _flags(there)
    for each in said:
        if not isinstance(each, Flag):
            yield each
    for key, flag in here.items():
        if key in with_them:
            yield max(flag, with_them[key], key=lambda each: (each.severity or usual).rank)
    for key in dict.fromkeys((*here, *with_them)):
        if key not in here or key not in with_them:
            yield _unsure(key[0], project)


def _flags(said: Iterable[Said]) -> dict[tuple[str, int], Flag]:
    """The flags by object, and by number where one object has several."""
    seen: Counter[str] = Counter()
    found = {}
    for each in said:
        if isinstance(each, Flag):
            seen[each.object] += 1
            found[each.object, seen[each.object]] = each
    return found


def _unsure(name: str, project: Project) -> Unsure:
    files = project.layout.passed_over
    place = next(_naming(name, project), Location(files[0], 1, 1))
    rest = f", as {counted(len(files) - 1, 'more files')} beside it are" if len(files) > 1 else ""
    because = f"it hangs on whether {place.path.rpartition('/')[2]} was applied: its name is none that "
    return Unsure(name, f"{because}Supabase's CLI runs, and it is skipped{rest}", place)


def _naming(name: str, project: Project) -> Iterator[Location]:
    """Where the skipped files name the object; the last file first, since it decides."""
    words = words_of(name)
    for path in reversed(project.layout.passed_over):
        for number, line in enumerate((project.snapshot.text(path) or "").splitlines(), 1):
            if mentions(line, words):
                yield Location(path, number, number)
                break
