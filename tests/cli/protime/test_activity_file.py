"""The CSV file of activity definitions: every fault is told with its line, and what is written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.cli.protime.activity_file import COLUMNS, FileFaults, read_file, written_file
from terminal_app.clocking.clean_text import clean_text

HEAD = "level,external_reference,data_entry_code,name\n"


def faults(raw: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(FileFaults) as found:
        read_file(raw.encode() if isinstance(raw, str) else raw)
    return [(one.line, one.text) for one in found.value.faults]


texts = st.text(max_size=60).map(lambda text: clean_text(text).strip())
codes = st.text(max_size=16).map(lambda text: clean_text(text, 16).strip())
rows = st.fixed_dictionaries(
    {
        "external_reference": codes.filter(bool),
        "data_entry_code": codes,
        "name": texts.filter(bool),
        "parent": texts,
        "short_code": texts,
        "info": texts,
        "active_from": st.sampled_from(["", "2026-01-31"]),
        "active_until": st.sampled_from(["", "2026-02-01"]),
        "name:nl-NL": texts,
    }
)


def unlike(found: list[dict[str, str]]) -> bool:
    names = [[one[column] for one in found if one[column]] for column in ("external_reference", "data_entry_code")]
    return all(len(set(one)) == len(one) for one in names)


@given(st.lists(rows, min_size=1, max_size=8).filter(unlike), st.integers(1, 9))
def test_what_is_written_is_read_back(found: list[dict[str, str]], level: int) -> None:
    read = read_file(written_file((level, row) for row in found).encode())
    assert [(one.level, dict(one.cells)) for one in read] == [(level, {"level": str(level), **row}) for row in found]


def read_or_faults(raw: bytes) -> list[int]:
    """The lines of the rows, or of the faults."""
    try:
        return [row.line for row in read_file(raw)]
    except FileFaults as found:
        return [one.line for one in found.faults]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_faults(raw: bytes) -> None:
    assert read_or_faults(raw)


@given(st.lists(st.text(alphabet='lev,;"\n1é', max_size=20), max_size=6))
def test_any_rows_are_rows_or_faults(lines: list[str]) -> None:
    assert all(line >= 1 for line in read_or_faults((HEAD + "\n".join(lines)).encode()))


def test_semicolons_and_a_mark_of_excel_are_read() -> None:
    (row,) = read_file("\ufefflevel;external_reference;name\r\n1;A;Één\r\n".encode())
    assert (row.level, row.external_reference, row.cells["name"], row.line) == (1, "A", "Één", 2)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", [(1, "the column level is missing"), (1, "the column name is missing")]),
        ("name,external_reference\nx,y\n", [(1, "the column level is missing")]),
        ("level,name\n", [(1, "one of the columns external_reference and data_entry_code is needed")]),
        ("level,name,external_reference,colour\n", [(1, "unknown column 'colour'")]),
        ("level,name,name,external_reference\n", [(1, "the column name comes twice")]),
        (HEAD + "1,A,,x\n1,A,,y\n", [(3, "external_reference is that of line 2 too")]),
        (HEAD + "1,A,7,x\n2,A,7,y\n1,B,7,y\n", [(4, "data_entry_code is that of line 2 too")]),
        (HEAD + "1,12345678901234567,,x\n", [(2, "external_reference is longer than 16 characters")]),
        (HEAD + "0,A,,x\n", [(2, "level must be a number from 1 to 9")]),
        (HEAD + "x,A,,\n", [(2, "level must be a number from 1 to 9"), (2, "name is empty")]),
        (HEAD + "1,,,x\n", [(2, "neither external_reference nor data_entry_code: one of them has to name the row")]),
        (HEAD + "1,A,x\n", [(2, "3 columns instead of 4")]),
        (HEAD + '1,A,,"x\ny"\n', [(3, "name holds characters that cannot be shown")]),
        (HEAD + '1,A,,"x"y\n', [(2, "not CSV: ',' expected after '\"'")]),
        ((HEAD + "1,A,,").encode() + b"\xe9\n", [(2, "not UTF-8. Save the file as CSV UTF-8")]),
    ],
)
def test_faults(raw: str | bytes, expected: list[tuple[int, str]]) -> None:
    found = faults(raw)
    assert [one for one in found if one in expected] == expected
    assert len(found) <= len(expected) + 1


def test_days() -> None:
    head = "level,external_reference,name,active_from,active_until\n"
    assert faults(head + "1,A,x,1/2/2026,\n1,B,x,2026-02-01,2026-01-31\n") == [
        (2, "active_from is no day; it is written like 2026-01-31"),
        (3, "active_until is before active_from"),
    ]


def test_the_columns_are_a_promise() -> None:
    head = "level,external_reference,data_entry_code,name,parent,short_code,info,active_from,active_until"
    assert ",".join(COLUMNS) == head
