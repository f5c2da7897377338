"""A scan or a record in the formats of other tools."""
