"""The audit chain, pure: what an event is, what joins it to the one before, and how an export is verified."""
