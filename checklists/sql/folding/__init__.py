"""Statements folded into a schema, one module for each kind of object, and what they share."""
