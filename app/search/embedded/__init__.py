"""The engine that needs no server: SQLite FTS5 over words we folded ourselves."""
