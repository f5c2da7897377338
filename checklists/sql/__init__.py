"""Migrations in, a frozen Schema out. Parse, then fold statements in migration order."""

from checklists.sql.build import EXPOSED, build_schema

__all__ = ["EXPOSED", "build_schema"]
