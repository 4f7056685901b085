"""The base of this package's errors, where nothing else is loaded with it."""


class ReaderError(Exception):
    """Base of all that this package raises on purpose."""
