"""What checks ask of a schema: who reaches what, which policy lets whom through, which index serves what."""
