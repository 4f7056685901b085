"""The tables of docs/protime-api.md name functions and tests that exist."""

import importlib
import inspect
import re
from collections.abc import Iterator

import pytest

from terminal_app.protime.collections.people import HistoryCategory
from tests.protime.collections.page import PAGE
from tests.protime.collections.test_operations import client

_NAME = re.compile(r"`([^`]+)`")
_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
TEXT = PAGE.read_text(encoding="utf-8")
RULES = TEXT.partition("## Every rule of the reference")[2].partition("## Every endpoint")[0]
ENDPOINTS = TEXT.partition("## Every endpoint")[2]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each row, without the heads."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[0] not in {"rule", "open", "endpoint", "field"}:
            yield cells


def exists(name: str) -> bool:
    """Whether there is something of this dotted name below terminal_app, or below the client in it."""
    parts = name.split(".")
    for package in ("terminal_app.protime", "terminal_app"):
        for length in range(len(parts), 0, -1):
            try:
                found: object = importlib.import_module(".".join([package, *parts[:length]]))
            except ModuleNotFoundError:
                continue
            for part in parts[length:]:
                fields = getattr(found, "model_fields", {})
                if not hasattr(found, part) and part not in fields:
                    return False
                found = getattr(found, part, None)
            return length < len(parts)
    return False


def is_test(path: str, function: str) -> bool:
    """Whether there is this test in this file below tests."""
    module = importlib.import_module("tests." + path.removesuffix(".py").replace("/", "."))
    return function.startswith("test_") and inspect.isfunction(getattr(module, function, None))


def test_every_rule_has_a_function_and_a_test_or_a_dash() -> None:
    found = list(rows(RULES))
    assert len(found) > 100
    for cells in found:
        assert len(cells) == 4, cells
        rule, function, proof, simulator = cells
        assert _NAME.findall(function), rule
        assert _TEST.findall(proof), rule
        assert simulator == "-" or _TEST.findall(simulator), rule


def test_what_is_not_there_is_noticed() -> None:
    assert exists("filters.RangeField.between")
    assert not exists("filters.RangeField.outside")
    assert not exists("nowhere.at_all")
    assert is_test("protime/test_filters.py", "test_no_text_leaves_its_quotes")
    assert not is_test("protime/test_filters.py", "test_nothing")


@pytest.mark.parametrize("section", ["1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "9.", "10 and 12.", "14."])
def test_every_section_of_the_reference_has_its_rules(section: str) -> None:
    assert list(rows(RULES.partition(f"\n### {section} ")[2].partition("\n### ")[0]))


@pytest.mark.parametrize("name", sorted({name for cells in rows(RULES) for name in _NAME.findall(cells[1])}))
def test_a_function_of_the_rules_exists(name: str) -> None:
    assert exists(name)


@pytest.mark.parametrize(
    "name",
    sorted(
        {f"{path}::{function}" for cells in rows(RULES) for path, function in _TEST.findall(cells[2])}
        | {f"simulator/{path}::{function}" for cells in rows(RULES) for path, function in _TEST.findall(cells[3])}
        | {f"{path}::{function}" for path, function in _TEST.findall(RULES + ENDPOINTS) if function and "/" in path}
        | {
            f"simulator/{path}::{function}"
            for path, function in _TEST.findall(ENDPOINTS)
            if function and "/" not in path
        }
    ),
)
def test_a_test_of_the_page_exists(name: str) -> None:
    path, _, function = name.removeprefix("tests/").partition("::")
    assert is_test(path, function)


@pytest.mark.parametrize("name", sorted({_NAME.findall(cells[1])[0] for cells in rows(ENDPOINTS) if "/" in cells[0]}))
def test_a_function_of_the_endpoints_exists(name: str) -> None:
    protime = client("http://127.0.0.1:9")
    if name.startswith(("token.", "discovery.")):
        assert exists(name)
        return
    found: object = protime
    for part in name.split("."):
        method, _, arguments = part.partition("(")
        found = getattr(found, method)
        if arguments.startswith("structure"):
            found = protime.activities("structure", 1)
        elif arguments:
            found = protime.histories(HistoryCategory.JOB)
    assert callable(found)
