"""Whether a revision may go on: what the base asks for, and what signed records say of the merge."""
