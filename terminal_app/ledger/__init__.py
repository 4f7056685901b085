"""The ledger: every clocking of this terminal in one small, precious SQLite file."""
