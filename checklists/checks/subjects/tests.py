"""The repo's own tests: which files they are."""

from checklists.checks.project import Project
from checklists.checks.subjects import bystanders


def is_test(path: str, project: Project) -> bool:
    """Whether a file is a test, by its path."""
    return bystanders.is_test(path) and path not in project.layout.migrations and "node_modules" not in path
