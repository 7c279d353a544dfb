"""Reports that never change: what is frozen, its files, and the proof that it can be made again."""
