"""Postgres' parse analysis, as far as it can be told: what names mean, which type an expression has, and what
is refused.

Nothing is guessed: a relation, column or type that is not known for certain is never the reason of a refusal.
"""
