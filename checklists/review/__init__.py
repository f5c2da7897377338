"""Suggestions and answers in progress: a frozen review, what can be done to it, and its draft on disk."""
