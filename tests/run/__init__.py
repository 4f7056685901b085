"""The script beside the README."""
