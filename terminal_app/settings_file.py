"""Reads and checks the settings: the file, and the environment, which wins over it.

Only this module and what it imports know pydantic; `settings_child` reads the file for who must not.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError, with_config
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from terminal_app.settings import (
    AdminSettings,
    DeliverySettings,
    MonitoringSettings,
    ProtimeSettings,
    ReaderSettings,
    ScreenSettings,
    Settings,
    SignalSettings,
    StorageSettings,
    SynchronisationSettings,
    TerminalSettings,
    TileSettings,
    TimeSettings,
)
from terminal_app.settings_errors import SettingsError
from terminal_app.settings_rules import broken_rules
from terminal_app.settings_text import (
    ENVIRONMENT_PREFIX,
    LIST_SECTIONS,
    described,
    environment_variable,
    heading,
    in_toml,
    sections,
)

Values = dict[str, Any]

for _shape in sections().values():
    with_config(ConfigDict(extra="forbid"))(_shape)


class _Sections(BaseSettings):
    """The shape of the file."""

    model_config = SettingsConfigDict(
        extra="forbid", env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", hide_input_in_errors=True
    )

    terminal: TerminalSettings
    protime: ProtimeSettings
    storage: StorageSettings = StorageSettings()
    delivery: DeliverySettings = DeliverySettings()
    synchronisation: SynchronisationSettings = SynchronisationSettings()
    time: TimeSettings = TimeSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    screen: ScreenSettings = ScreenSettings()
    signals: SignalSettings = SignalSettings()
    admin: AdminSettings = AdminSettings()
    reader: tuple[ReaderSettings, ...] = ()
    tile: tuple[TileSettings, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 # pydantic-settings names the arguments
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: `_read` asks the sources, to know which value came from where."""
        return (init_settings,)


class _Environment(EnvSettingsSource):
    """The environment; a list is written with commas."""

    def explode_env_vars(self, field_name: str, field: FieldInfo, env_vars: Mapping[str, str | None]) -> Values:
        values = super().explode_env_vars(field_name, field, env_vars)
        if not values:
            return values
        lists = {one.key for one in described() if one.section == field_name and one.is_list}
        return {
            key: [one.strip() for one in value.split(",")] if key in lists and isinstance(value, str) else value
            for key, value in values.items()
        }

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401 # as inherited
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """A setting in force, and who set it."""

    place: str
    """"[delivery] parallel", or "[[reader]] 1 port"."""
    value: str
    """As in the file; empty when it is left out."""
    source: str
    """The file, the environment variable, or "default"."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What the sources said."""

    path: Path
    from_file: Values
    from_environment: Values
    settings: Settings

    def source(self, section: str, key: str) -> str:
        if _has(self.from_environment, section, key):
            return environment_variable(section, key)
        return str(self.path) if _has(self.from_file, section, key) else "default"


def load_settings(path: Path) -> Settings:
    """The settings of this file and the environment, checked. Raises SettingsError with a line for every fault."""
    return _read(path).settings


def sources(path: Path) -> list[EffectiveValue]:
    """Every setting in force with its source, in the order of the file. Raises SettingsError as `load_settings`."""
    read = _read(path)
    shown = [
        EffectiveValue(
            f"{heading(one.section)} {one.key}",
            in_toml(getattr(getattr(read.settings, one.section), one.key)),
            read.source(one.section, one.key),
        )
        for one in described()
        if one.section not in LIST_SECTIONS
    ]
    for section in LIST_SECTIONS:
        for number, entry in enumerate(getattr(read.settings, section)):
            written = read.from_file[section][number]
            shown += [
                EffectiveValue(
                    f"{heading(section)} {number + 1} {one.name}",
                    in_toml(getattr(entry, one.name)),
                    str(path) if one.name in written else "default",
                )
                for one in fields(entry)
            ]
    return shown


def _read(path: Path) -> _Read:
    from_file = _file_values(path)
    strangers = [*_unknown_variables(path), *_wrong_types(path, from_file)]
    from_environment: Values = _Environment(_Sections)()
    try:
        read = _Sections(**_merged(from_file, from_environment))
    except ValidationError as error:
        faults = [_fault(one, path, from_file, from_environment) for one in error.errors(include_input=False)]
        raise SettingsError(*dict.fromkeys([*strangers, *faults])) from None
    settings = Settings(**{name: getattr(read, name) for name in sections()})
    broken = [f"{_place(path, broken.place, from_environment)}: {broken.reason}" for broken in broken_rules(settings)]
    if strangers or broken:
        raise SettingsError(*strangers, *broken)
    return _Read(path, from_file, from_environment, settings)


def _file_values(path: Path) -> Values:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))  # editors on Windows write a mark before it
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}. Name the settings file with --config."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _wrong_types(path: Path, from_file: Values) -> Iterator[str]:
    """Where the file has true for a number, 1 for true, or text for either.

    pydantic takes them, as it has to of the environment.
    """
    for one in described():
        if one.section in LIST_SECTIONS or not _has(from_file, one.section, one.key):
            continue
        value = from_file[one.section][one.key]
        for item in value if isinstance(value, list) else [value]:
            is_text = isinstance(item, str) and one.kind in {bool, int, float}
            if is_text or isinstance(item, bool) is not (one.kind is bool):
                yield f"{_place(path, (one.section, one.key), {})}: must be {one.allowed}"
                break


def _unknown_variables(path: Path) -> Iterator[str]:
    """What the environment would set in sections that there are not, or among the readers."""
    for variable in sorted(os.environ):
        if not variable.upper().startswith(ENVIRONMENT_PREFIX):
            continue
        section, _, key = variable[len(ENVIRONMENT_PREFIX) :].lower().partition("__")
        if section in LIST_SECTIONS:
            yield f"{variable}: {section}s are set in {path} only"
        elif section not in sections():
            yield f"{variable}: unknown section{_nearest(section, sections())}"
        elif not key:
            yield f"{variable}: names no key; write {variable}__KEY"


def _merged(from_file: Values, from_environment: Values) -> Values:
    merged: Values = {"terminal": {}, "protime": {}} | from_file
    for section, values in from_environment.items():
        below = merged.get(section, {})
        if section not in LIST_SECTIONS and isinstance(below, Mapping) and isinstance(values, Mapping):
            merged[section] = {**below, **values}
    return merged


def _has(values: Values, section: object, key: object) -> bool:
    return isinstance(below := values.get(str(section)), Mapping) and key in below


def _fault(error: ErrorDetails, path: Path, from_file: Values, from_environment: Values) -> str:
    location, kind = error["loc"], error["type"]
    section = str(location[0])
    if section not in sections():
        return f"{path}: {_top(section, from_file)}: unknown section{_nearest(section, sections())}"
    keys = location[2:] if section in LIST_SECTIONS else location[1:]
    place = _place(path, location, from_environment)
    if not keys:
        wanted = "a list of tables" if len(location) == 1 and section in LIST_SECTIONS else "a table"
        return f"{place}: must be {wanted} ({heading(section)})"
    known = {one.key: one for one in described() if one.section == section}
    key = str(keys[0])
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{place}: unknown key{_nearest(key, known)}"
    if kind == "missing":
        return f"{place}: missing; it must be {known[key].allowed}. {known[key].text}"
    return f"{place}: must be {known[key].allowed}"


def _top(name: str, from_file: Values) -> str:
    return f"[{name}]" if isinstance(from_file.get(name), Mapping | list) else name


def _place(path: Path, location: tuple[int | str, ...], from_environment: Values) -> str:
    """Where a value at this location (section, key, ...) was set."""
    section, *keys = location
    if section in LIST_SECTIONS:
        words = [str(one + 1) if isinstance(one, int) else one for one in keys[:2]]
        return " ".join([f"{path}: {heading(str(section))}", *words])
    if keys and _has(from_environment, section, keys[0]):
        return environment_variable(str(section), str(keys[0]))
    return f"{path}: {heading(str(section))} {keys[0] if keys else ''}".rstrip()


def _nearest(name: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(name.lower(), known, n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; known: {', '.join(known)}"
