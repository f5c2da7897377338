"""Code that migrations run: DO blocks, dynamic SQL and calls of their own functions, as far as decidable."""
