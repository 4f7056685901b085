"""The anchors that a log has, against those of a chain: a chain that was written anew as a whole fits itself."""

import re
from collections.abc import Iterable, Mapping

_ANCHOR = re.compile(r"audit-anchor event=(\d{1,18}) hash=([0-9a-f]{64})\b")


class MissingAnchor(Exception):
    """A chain has not what a log says that it had; the text says which anchor."""


def check_anchors(log_lines: Iterable[str], anchors: Mapping[int, bytes]) -> int:
    """How many anchors of the log the chain has. Raises MissingAnchor for the first that it has not, or otherwise."""
    found = 0
    for line in log_lines:
        for number, own in _ANCHOR.findall(line):
            if anchors.get(int(number)) != bytes.fromhex(own):
                how = "with another hash" if int(number) in anchors else "not"
                raise MissingAnchor(f"the log has anchor event {number}, and the chain has it {how}: {own}")
            found += 1
    return found
