"""The automated checks: an engine, and one file with its page for each check under rules/."""
