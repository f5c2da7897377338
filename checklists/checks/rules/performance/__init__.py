"""Checks that the performance section rests on."""
