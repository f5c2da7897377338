"""Runs a repo's SQL files as Supabase's CLI would, and tells what became of each."""
