"""The settings in words, from the definitions in `settings`: for error texts, `settings explain` and the docs page."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from terminal_app.settings import Settings
from terminal_app.settings_limits import Between, Length

ENVIRONMENT_PREFIX = "CLOCKING_TERMINAL__"
LIST_SECTIONS = ("reader", "tile")
"""The sections of which there may be several; the environment does not reach into them."""


@dataclass(frozen=True, slots=True)
class SettingText:
    """One setting."""

    section: str
    key: str
    text: str
    allowed: str
    """What it may be, to follow "must be"."""
    default: str | None
    """As in the file; empty for "left out", None when it is required."""

    is_list: bool
    kind: type
    """Of its value, or of each item of its list."""

    @property
    def environment_variable(self) -> str | None:
        """The variable that wins over the file; readers and tiles have none."""
        return None if self.section in LIST_SECTIONS else environment_variable(self.section, self.key)


def environment_variable(section: str, key: str) -> str:
    """The name of the variable that overrides a key."""
    return f"{ENVIRONMENT_PREFIX}{section}__{key}".upper()


@cache
def sections() -> Mapping[str, type]:
    """The class of each section by its name, in the order of the file."""
    hints = get_type_hints(Settings)
    return {name: get_args(hint)[0] if get_origin(hint) is tuple else hint for name, hint in hints.items()}


@cache
def described() -> tuple[SettingText, ...]:
    """Every setting, in the order of the file."""
    return tuple(_described())


def _described() -> Iterator[SettingText]:
    for section, shape in sections().items():
        hints = get_type_hints(shape, include_extras=True)
        for one in fields(shape):
            hint = hints[one.name]
            yield SettingText(
                section,
                one.name,
                one.metadata["text"],
                _allowed(hint),
                _default(one),
                is_list=_is_list(hint),
                kind=_kind(hint),
            )


def heading(section: str) -> str:
    """The section as it is written in the file."""
    return f"[[{section}]]" if section in LIST_SECTIONS else f"[{section}]"


def in_toml(value: object) -> str:
    """A value as it is written in the file; empty for None."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Enum():
            return in_toml(value.value)
        case int() | float():
            return f"{value:g}"
        case tuple() | list():
            return f"[{', '.join(in_toml(item) for item in value)}]"
        case _:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'


def _allowed(hint: Any) -> str:  # noqa: ANN401 # a type expression, which has no type of its own
    limits: tuple[object, ...] = ()
    if get_origin(hint) in {Union, types.UnionType}:
        hint = next(one for one in get_args(hint) if one is not types.NoneType)
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        limits = tuple(rest)
    if get_origin(hint) is tuple:
        return _list(get_args(hint)[0], limits)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"one of {_values(hint)}"
    return _KINDS[hint] + _range(limits)


_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Path: "an absolute path",
}


def _list(item: Any, limits: tuple[object, ...]) -> str:  # noqa: ANN401 # a type expression
    if isinstance(item, type) and issubclass(item, Enum):
        return f"a list of at least one of {_values(item)}"
    least = " of at least one" if any(isinstance(one, Length) and one.least for one in limits) else ""
    return f"a list{least}, each item {_allowed(item)}"


def _is_list(hint: Any) -> bool:  # noqa: ANN401
    return tuple in {get_origin(hint), *map(get_origin, get_args(hint))}


def _kind(hint: Any) -> type:  # noqa: ANN401
    while parts := get_args(hint):
        hint = next(one for one in parts if one is not types.NoneType)
    kind: type = hint
    return kind


def _values(choices: type[Enum]) -> str:
    return ", ".join(in_toml(one) for one in choices)


def _range(limits: tuple[object, ...]) -> str:
    match limits:
        case (Between(least, most),):
            return f" from {least} to {most}"
        case (Length(least, most),):
            return f" of {least} to {most} characters"
        case _:
            return ""


def _default(one: "Field[object]") -> str | None:
    return None if one.default is MISSING else in_toml(one.default)
