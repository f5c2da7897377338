"""Code that migrations run: DO blocks, dynamic SQL and calls of the migrations' own functions, as far as decidable."""
