"""People and rows: who there is, what is theirs, and values that the tables accept.

`seed` signs up the people of `people` and gives each of them a row in every table. Keys, types and CHECKs
come from the catalogs (`catalog`), whose a row is from keys and policies (`belonging`); what the server
accepts, only the server says (`solving`, `inserting`).
"""

from checklists.live.rows.seeded import Seeded, seed

__all__ = ["Seeded", "seed"]
