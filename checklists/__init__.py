"""The domain: from a git revision to a signed review record. Runs without a terminal."""

__version__ = "0.1.0"
