"""Hostile, broken and sound files, built by code: nothing here was ever captured, and no file of it is stored."""
