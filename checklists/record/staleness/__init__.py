"""Whether what a record says of an item still holds of another commit."""
