"""Checks that the Edge Functions section rests on."""
