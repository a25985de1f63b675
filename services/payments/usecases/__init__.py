"""Load, decide, save. Each class is handed what it needs."""
