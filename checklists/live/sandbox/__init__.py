"""A throwaway Postgres for SQL that nobody vouches for: booted, watched from outside, removed without trace.

`boot` is the way in. What runs in it is a non-superuser's; the superuser does not come near its database.
"""
