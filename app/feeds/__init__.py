"""Catalogue data in: a file is read, checked row by row, previewed and applied in one transaction."""
