"""A git revision as a frozen Snapshot, and where in it the backend lies."""

from checklists.repo.layout import Layout, find_layout
from checklists.repo.snapshot import Snapshot, SourceFile, Subject, read_snapshot

__all__ = ["Layout", "Snapshot", "SourceFile", "Subject", "find_layout", "read_snapshot"]
