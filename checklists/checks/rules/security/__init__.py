"""Checks that the security checklist rests on."""
