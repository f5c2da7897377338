"""Checks by section; each is a module with its page beside it."""
