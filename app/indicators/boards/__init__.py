"""What pages show of figures: made by the worker, kept, drawn and written as files."""
