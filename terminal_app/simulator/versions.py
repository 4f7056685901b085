"""Rising `changeVersion`s: 20 upper-case hex digits that compare as text."""

_SEEDED = 0x0000_0902_0000_4BD0_0000
_LATER = 0x0000_0903_0000_0000_0000


def seeded_version(number: int) -> str:
    """The version of a record that was there from the start; lower than any later one."""
    return f"{_SEEDED + number:020X}"


class ChangeVersions:
    """Gives out versions, each higher than all before."""

    def __init__(self) -> None:
        self._last = _LATER

    def next(self) -> str:
        """A new version."""
        self._last += 1
        return f"{self._last:020X}"
