"""clocking-terminal: badge, commit, answer, delivery."""

__version__ = "0.1.0"
