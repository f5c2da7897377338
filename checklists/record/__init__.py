"""Seals a review: exact TOML bytes, a detached signature, a Markdown page; and verifies one."""
