"""Checks that the Row Level Security section rests on."""
