"""The catalogs of a database as the same frozen `Schema` that the replay of the text makes.

The server writes down how each object is made, and the replay's own fold reads that, so that both spell a
type, an expression, a grant alike; files and lines are those of the replay.
"""
