"""Badge readers: bytes of a port in, badge reads out. Stands alone; imports nothing of terminal_app."""
