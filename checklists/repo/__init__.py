"""A git revision as a frozen Snapshot, and where in it the backend lies."""

from checklists.repo.layout import Layout
from checklists.repo.snapshot import Snapshot, SourceFile, Subject

__all__ = ["Layout", "Snapshot", "SourceFile", "Subject"]
