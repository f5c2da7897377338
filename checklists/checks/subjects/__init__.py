"""What several checks ask about one subject, joined from schema, sources and settings."""
