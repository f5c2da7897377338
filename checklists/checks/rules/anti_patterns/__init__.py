"""Checks that the anti-pattern list rests on."""
