"""One widget a file; each owns its keys, help and messages."""
