"""Every write and sync that a program made to a ledger's files, in order, and what a power cut may leave of them.

Recorded with strace from the true program, so it is the product's own SQLite that is tried, not another one with a
file system of the test's. What a disk may do is taken at its worst: of what was not synced any part may be there, in
512-byte sectors, some of them garbage; a name that was made or removed counts only after its folder was synced.
"""

import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faults.report import CannotRun
from terminal_app.ledger.files import FILE_NAME

_SECTOR = 512
_CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink"
_FILE = rb"\d+<([^>]*)>"
_PATTERNS = {
    "openat": re.compile(rb'openat\([^,]*, "([^"]*)", ([A-Z_|]*)'),
    "write": re.compile(rb'write\(1<[^>]*>, "([^"]*)"'),
    "pwrite64": re.compile(rb"pwrite64\(" + _FILE + rb', "([^"]*)", \d+, (\d+)'),
    "ftruncate": re.compile(rb"ftruncate\(" + _FILE + rb", (\d+)"),
    "fsync": re.compile(rb"fsync\(" + _FILE),
    "fdatasync": re.compile(rb"fdatasync\(" + _FILE),
    "unlink": re.compile(rb'unlink\("([^"]*)"'),
}
_LINE = re.compile(rb"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()")
_FAILED = re.compile(rb"\) += -1 ")


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place of a file."""

    name: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resize:
    """A file made longer or shorter."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Make:
    """A new, empty file, if there was none."""

    name: str


@dataclass(frozen=True, slots=True)
class Remove:
    """A name taken away."""

    name: str


@dataclass(frozen=True, slots=True)
class Sync:
    """Everything so far in this file is safe; without a name: the names of the folder are."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the program wrote to its standard output."""

    text: bytes


def names_of_ledger() -> tuple[str, str, str]:
    """The files that hold clockings; the others beside them can be missing or of any content after a cut."""
    return FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-journal"


Call = Write | Resize | Make | Remove | Sync | Said


def strace() -> str:
    """Where it is. Raises CannotRun."""
    found = shutil.which("strace")
    if found is None:
        raise CannotRun("strace is not installed (Debian: apt install strace)")
    return found


def recorded_calls(command: Sequence[str], folder: Path, log: Path) -> list[Call]:
    """Run a command, and give what it did in `folder`. Raises CannotRun where strace may not trace."""
    trace = [strace(), "-f", "-y", "-xx", "-s", "70000", "-qq", "-e", "signal=none", "-e", f"trace={_CALLS}"]
    done = subprocess.run([*trace, "-o", str(log), *command], check=False, capture_output=True)
    if done.returncode:
        raise CannotRun(
            f"the traced program ended with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
        )
    with log.open("rb") as lines:
        return list(calls_of(lines, folder))


def calls_of(lines: Iterable[bytes], folder: Path) -> Iterator[Call]:
    """The calls of a log of `strace -f -y -xx` that concern a ledger in `folder`, as they were done."""
    begun: dict[bytes, bytes] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        process, resumed, name = match[1], match[2], match[3]
        whole = line
        if line.endswith(b"<unfinished ...>\n"):
            if name in (b"fsync", b"fdatasync", b"openat"):  # counts when it is done
                begun[process] = line
                continue
        elif resumed is not None:
            if process not in begun:  # a write: counted when it began
                continue
            name, whole = resumed, begun.pop(process) + line
        if _FAILED.search(whole) is None:
            yield from _call_of(name.decode(), whole, f"{folder}")


def _call_of(kind: str, line: bytes, folder: str) -> Iterator[Call]:
    pattern = _PATTERNS.get(kind)
    match = pattern.search(line) if pattern else None
    if match is None:
        return
    if kind == "write":
        yield Said(_unescaped(match[1]))
        return
    path = _unescaped(match[1]).decode(errors="replace")
    if path == folder and kind in ("fsync", "fdatasync"):
        yield Sync("")
    name = path.removeprefix(f"{folder}/")
    if name not in names_of_ledger():
        return
    match kind:
        case "openat" if b"O_CREAT" in match[2]:
            yield Make(name)
        case "pwrite64":
            yield Write(name, int(match[3]), _unescaped(match[2]))
        case "ftruncate":
            yield Resize(name, int(match[2]))
        case "fsync" | "fdatasync":
            yield Sync(name)
        case "unlink":
            yield Remove(name)


def _unescaped(text: bytes) -> bytes:
    return bytes.fromhex(text.replace(b"\\x", b"").decode("ascii"))


@dataclass(slots=True)
class _Content:
    """A file, whatever its name is now."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Write | Resize] = field(default_factory=list)


@dataclass(slots=True)
class Disk:
    """What is safe on a disk, and what is not yet."""

    _contents: dict[str, _Content] = field(default_factory=dict)
    """By the name that a program sees."""
    _safe_names: dict[str, _Content] = field(default_factory=dict)
    _pending_names: list[tuple[str, _Content | None]] = field(default_factory=list)

    def do(self, call: Call) -> None:
        """One more call."""
        match call:
            case Make(name) if name not in self._contents:
                self._contents[name] = _Content()
                self._pending_names.append((name, self._contents[name]))
            case Remove(name):
                self._contents.pop(name, None)
                self._pending_names.append((name, None))
            case Write(name) | Resize(name):
                self._contents[name].pending.append(call)
            case Sync(""):
                _rename(self._safe_names, self._pending_names)
                self._pending_names.clear()
            case Sync(name):
                content = self._contents[name]
                for one in content.pending:
                    _apply(content.safe, one)
                content.pending.clear()
            case _:
                pass

    def without_cut(self) -> dict[str, bytes]:
        """The files as a program sees them, by name."""
        found = {}
        for name, content in self._contents.items():
            seen = bytearray(content.safe)
            for one in content.pending:
                _apply(seen, one)
            found[name] = bytes(seen)
        return found

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files as one of the many cuts that are possible now leaves them, by name."""
        names = dict(self._safe_names)
        _rename(names, self._pending_names[: chance.randint(0, len(self._pending_names))])
        return {name: _damaged(content, chance) for name, content in names.items()}


def _rename(names: dict[str, _Content], changes: Iterable[tuple[str, _Content | None]]) -> None:
    for name, content in changes:
        if content is None:
            names.pop(name, None)
        else:
            names[name] = content


def _damaged(content: _Content, chance: random.Random) -> bytes:
    if not content.pending:
        return bytes(content.safe)
    found = bytearray(content.safe)
    likely = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    match chance.choice(("first ones", "writes", "sectors", "garbage")):
        case "first ones":
            for one in content.pending[: chance.randint(0, len(content.pending))]:
                _apply(found, one)
        case "writes":
            for one in content.pending:
                if chance.random() < likely:
                    _apply(found, one)
        case kind:
            for one in _in_sectors(content.pending):
                if chance.random() < likely:
                    _apply(found, one)
                elif kind == "garbage" and isinstance(one, Write) and chance.random() < 0.3:
                    _apply(found, Write(one.name, one.offset, chance.randbytes(len(one.data))))
    return bytes(found)


def _in_sectors(calls: Iterable[Write | Resize]) -> Iterator[Write | Resize]:
    for call in calls:
        if isinstance(call, Resize):
            yield call
            continue
        start = 0
        while start < len(call.data):
            at = call.offset + start
            end = start + _SECTOR - at % _SECTOR
            yield Write(call.name, at, call.data[start:end])
            start = end


def _apply(content: bytearray, call: Write | Resize) -> None:
    if isinstance(call, Resize):
        if call.size < len(content):
            del content[call.size :]
        else:
            content.extend(bytes(call.size - len(content)))
        return
    end = call.offset + len(call.data)
    if end > len(content):
        content.extend(bytes(end - len(content)))
    content[call.offset : end] = call.data
