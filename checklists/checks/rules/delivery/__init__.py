"""Checks that the delivery section rests on."""
