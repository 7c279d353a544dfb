"""Catalogue data in: a file is read, checked row by row, reported, and applied as one change."""
