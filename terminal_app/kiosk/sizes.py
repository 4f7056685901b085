"""From which size on a screen has room for more than the smallest one, 50x15."""

WIDE = 100
"""Columns."""
HIGH = 24
"""Rows."""
