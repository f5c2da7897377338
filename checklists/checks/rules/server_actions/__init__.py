"""Checks that the section on Server Actions and routes rests on."""
