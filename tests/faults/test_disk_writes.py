"""The disk on which power cuts are tried: what is safe, and what may be left of the rest."""

import random
from pathlib import Path

from faults.disk_writes import Disk, Make, Remove, Resize, Sync, Write, calls_of

DB, LOG = "ledger.db", "ledger.db-wal"


def after_cuts(*calls: Make | Remove | Resize | Sync | Write) -> list[dict[str, bytes]]:
    disk = Disk()
    for call in calls:
        disk.do(call)
    return [disk.after_cut(random.Random(seed)) for seed in range(200)]


def test_what_was_synced_is_there_after_every_cut() -> None:
    cuts = after_cuts(Make(DB), Sync(""), Write(DB, 0, b"safe"), Sync(DB), Write(DB, 4, b"lost?"))
    assert all(cut[DB].startswith(b"safe") for cut in cuts)
    assert {len(cut[DB]) for cut in cuts} == {4, 9}


def test_a_name_counts_only_after_its_folder_was_synced() -> None:
    cuts = after_cuts(Make(DB), Sync(""), Make(LOG), Write(LOG, 0, b"log"), Sync(LOG))
    assert {LOG in cut for cut in cuts} == {True, False}
    assert all(cut[LOG] == b"log" for cut in cuts if LOG in cut)


def test_sectors_of_one_write_come_and_go_by_themselves_and_may_be_garbage() -> None:
    cuts = after_cuts(Make(DB), Sync(""), Write(DB, 256, b"x" * 1024))
    sectors = {cut[DB].ljust(1280, b"\0")[512:1024] for cut in cuts}
    assert {b"x" * 512, bytes(512)} < sectors
    assert len(sectors) > 2


def test_a_file_that_was_removed_and_made_again_is_another_one() -> None:
    cuts = after_cuts(
        Make(LOG), Write(LOG, 0, b"old"), Sync(LOG), Sync(""), Remove(LOG), Make(LOG), Write(LOG, 0, b"new"), Sync(LOG)
    )
    assert {cut.get(LOG) for cut in cuts} == {b"old", None, b"new"}


def test_calls_are_read_as_strace_writes_them() -> None:
    def hexed(text: str) -> str:
        return "".join(f"\\x{byte:02x}" for byte in text.encode())

    folder, db = hexed("/data"), hexed("/data/ledger.db")
    lines = [
        f'7 openat(AT_FDCWD<{folder}>, "{db}", O_RDWR|O_CREAT|O_CLOEXEC, 0644 <unfinished ...>',
        f'8 pwrite64(4<{hexed("/data/other")}>, "{hexed("no")}", 2, 0) = 2',
        f"7 <... openat resumed>) = 3<{db}>",
        f'7 pwrite64(3<{db}>, "{hexed("page")}", 4, 4096 <unfinished ...>',
        f"8 ftruncate(3<{db}>, 8192) = 0",
        "7 <... pwrite64 resumed>) = 4",
        f"7 fdatasync(3<{db}> <unfinished ...>",
        f'8 write(1<pipe:[1]>, "{hexed("said")}", 4) = 4',
        "7 <... fdatasync resumed>) = 0",
        f"7 fsync(5<{folder}>) = 0",
        f"7 fsync(3<{db}>) = -1 EIO (Input/output error) (INJECTED)",
        f'7 unlink("{db}") = 0',
    ]
    found = list(calls_of([f"{line}\n".encode() for line in lines], Path("/data")))
    assert [repr(call) for call in found] == [
        "Make(name='ledger.db')",
        "Write(name='ledger.db', offset=4096, data=b'page')",
        "Resize(name='ledger.db', size=8192)",
        "Said(text=b'said')",
        "Sync(name='ledger.db')",
        "Sync(name='')",
        "Remove(name='ledger.db')",
    ]
