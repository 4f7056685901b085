"""What time is it, on every clock of the machine."""
