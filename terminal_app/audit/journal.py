"""The anchors that a log has, against those of a chain: a chain that was written anew as a whole fits itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ANCHOR = re.compile(r"audit-anchor event=(\d{1,18}) hash=([0-9a-f]{64})\b")


class MissingAnchor(Exception):
    """A chain has not what a log says that it had; the text says which anchor."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many anchors of a log were looked at."""

    found: int
    """Those that the chain has."""
    former: int
    """Those that it has not, and that may be of a chain before it."""


def check_anchors(log_lines: Iterable[str], anchors: Mapping[int, bytes], *, former_end: int = 0) -> Compared:
    """Compare all. Raises MissingAnchor for the first that the chain has not, or otherwise.

    `former_end`: the last event of the chains that were there before this one, by a salvage of the ledger; what the log
    has up to it, and this chain has not, may be theirs.
    """
    found = former = 0
    for line in log_lines:
        for number, own in _ANCHOR.findall(line):
            if anchors.get(int(number)) == bytes.fromhex(own):
                found += 1
            elif int(number) <= former_end:
                former += 1
            else:
                how = "with another hash" if int(number) in anchors else "not"
                raise MissingAnchor(f"the log has anchor event {number}, and the chain has it {how}: {own}")
    return Compared(found, former)
