"""Checks that the platform section rests on."""
