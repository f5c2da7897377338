"""Checks that the schema section rests on."""
