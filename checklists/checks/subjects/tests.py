"""The repo's own tests: which files they are."""

import re

from checklists.checks.project import Project

_TEST = re.compile(r"(?:^|/)(?:__tests__|tests?|e2e|spec)/|[._-](?:test|spec)\.\w+$")


def is_test(path: str, project: Project) -> bool:
    """Whether a file is a test, by its path."""
    return bool(_TEST.search(path)) and path not in project.layout.migrations and "node_modules" not in path
