"""The proof: migrations rehearsed on a real, throwaway Postgres, and what the people in it can then do.

`model` holds the values, `ground` what the stages stand on. Only this package touches psycopg and the
embedded Postgres; both come with the extra `live`, and nothing here needs them before a proof begins.
"""
