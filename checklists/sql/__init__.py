"""Migrations in, a frozen Schema out. Parse, then fold statements in migration order."""
