"""The people of the tenant: six who are always the same, the others made from their number when they are asked for.

A record is full of personal data (all of it invented), as the real one is: a terminal must not keep it. Nothing is
stored for a person who was never changed, so a hundred thousand cost nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from terminal_app.simulator.data.numbers import MOST_PEOPLE, mixed
from terminal_app.simulator.records import EVERYTHING, Selection
from terminal_app.simulator.versions import Changes, ChangeType

Person: TypeAlias = dict[str, object]

PREDEFINED = {"@badge-number": "badgeNumber", "@employee-number": "employeeNumber"}
CUSTOM = "HRMID"

_FIRST_BADGE = 100_000
_FIRST_NAMES = (
    "Lotte", "Thomas", "Chloé", "Günther", "Emily", "Pieter-Jan", "Hélène", "Björn", "Siobhán", "Mohammed",
    "Łucja", "François", "Fatima", "Jörg", "An", "Noël", "Maximiliaan-Alexander", "Aïcha", "Renée",
)  # fmt: skip
_LAST_NAMES = (
    "Janssens", "Lefèvre", "Müller", "O'Connor", "De Smet", "D'Hondt", "Groß", "Smith-Jones", "Vandenbroucke",
    "Nguyễn", "Şahin", "van 't Hof", "Dupont", "Öztürk", "Wu", "Vermeulen", "Świątek",
)  # fmt: skip
_LANGUAGES = ("nl", "fr", "de", "en")
_TOWNS = (("9000", "Gent"), ("4000", "Liège"), ("4700", "Eupen"), ("1000", "Brussel"))

_FIXED: Mapping[int, Person] = {
    1: {
        "firstName": "Anna",
        "lastName": "Peeters",
        "badgeNumber": "0013961168",
        "terminalLanguageISOCode": "nl",
        "pinCode": 1234,
    },
    2: {
        "firstName": "Luc",
        "lastName": "Dubois",
        "badgeNumber": "0040856634",
        "terminalLanguageISOCode": "fr",
        "pinCode": 42,
    },
    3: {
        "firstName": "Jürgen",
        "lastName": "Schäfer",
        "badgeNumber": "0000000001",
        "terminalLanguageISOCode": "de",
        "pinCode": None,
    },
    4: {
        "firstName": "Mary",
        "lastName": "O'Hara",
        "badgeNumber": "0000000002",
        "terminalLanguageISOCode": "en",
        "outOfServiceDate": None,
    },
    5: {
        "firstName": 'Zoë "[red]X[/]"',
        "lastName": "Van den Broeck-Łukasiewicz",
        "badgeNumber": "0000000003",
        "terminalLanguageISOCode": "nl",
    },
    6: {
        "firstName": "Jef",
        "lastName": "Vertrokken",
        "badgeNumber": "0000000009",
        "terminalLanguageISOCode": "nl",
        "outOfServiceDate": "2020-01-31",
    },
}
_WITHOUT_CUSTOM = 5

FIXED_PEOPLE = len(_FIXED)


class PersonError(ValueError):
    """A change of a person that cannot be."""


class People:
    """All people by id, badge number, employee number and the custom reference `HRMID`.

    Ids are 1, 2, ... without those that were removed; such an id is never given again.
    """

    collection = "people"
    reference_names = frozenset({*PREDEFINED, CUSTOM})

    def __init__(self, number: int, seed: int, changes: Changes) -> None:
        if number > MOST_PEOPLE:
            raise ValueError(f"there are at most {MOST_PEOPLE} people, not {number}")
        self._last = max(number, FIXED_PEOPLE)
        self._seed = seed
        self._changes = changes
        self._changed: dict[int, Person] = {}
        self._removed: set[int] = set()
        self._custom: dict[int, dict[str, str]] = {}
        self._index: dict[tuple[str, str], int] = {}
        for key in _FIXED:
            self._add_to_index(key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and 1 <= key <= self._last and key not in self._removed

    def count(self) -> int:
        """How many there are."""
        return self._last - len(self._removed)

    def last_id(self) -> int:
        """The highest id that was ever given."""
        return self._last

    def ids(self) -> Iterator[int]:
        """All ids, rising."""
        return self.after(0, EVERYTHING)

    def after(self, key: int, wanted: Selection) -> Iterator[int]:  # noqa: ARG002 - this list has no filter
        """Rising ids above this one."""
        return (found for found in range(max(key, 0) + 1, self._last + 1) if found not in self._removed)

    def record(self, key: int) -> Person:
        """The record of a person, as the API shows it; `KeyError` when there is none."""
        if key not in self:
            raise KeyError(key)
        changed = self._changed.get(key)
        record = dict(changed) if changed is not None else _seeded(key, self._seed)
        return {"id": key, "changeVersion": self._changes.version("people", key), **record}

    def references(self, key: int) -> dict[str, str]:
        """The external references of a person, by reference name; names without a value are left out."""
        record = self.record(key)
        found = {name: str(record[field]) for name, field in PREDEFINED.items() if record.get(field)}
        custom = self._custom.get(key, {} if key == _WITHOUT_CUSTOM else {CUSTOM: f"HR-{key}"})
        return {**found, **custom}

    def find(self, name: str, value: str) -> int | None:
        """The person with this value of a reference, if any."""
        key = self._index.get((name, value))
        if key is None:
            key = _generated_key(name, value)
        if key is None or key not in self or self.references(key).get(name) != value:
            return None
        return key

    def change(self, changes: Mapping[str, object]) -> int:
        """Adds a person, or changes the one whose `id` is given; returns the id.

        `externalReferences` may hold the custom reference; every other name is a field of the record, null takes the
        field away.

        Raises:
            PersonError: An unknown field, an id that is unknown or was removed, or a badge or employee number that
                another person has.
        """
        known = {*_seeded(FIXED_PEOPLE + 1, self._seed), "id", "outOfServiceDate", "pinCode", "externalReferences"}
        unknown = sorted(set(changes) - known)
        if unknown:
            raise PersonError(f"a person has no {', '.join(unknown)}")
        new = self._last + 1
        key = changes.get("id", new)
        if not isinstance(key, int) or isinstance(key, bool) or (key not in self and key != new) or key > MOST_PEOPLE:
            raise PersonError(f"the id is that of a person or the next one ({new})")
        fields = {name: value for name, value in changes.items() if name not in ("id", "externalReferences")}
        for reference, field in PREDEFINED.items():
            if field in fields and self.find(reference, str(fields[field])) not in (None, key):
                raise PersonError(f"another person has this {field}")
        custom = changes.get("externalReferences")
        if custom is not None and (not isinstance(custom, dict) or set(custom) - {CUSTOM}):
            raise PersonError(f"only {CUSTOM} can be set as an external reference")
        before = self._changed.get(key) or _seeded(key, self._seed)
        merged = {**before, **fields}
        self._changed[key] = {name: value for name, value in merged.items() if value is not None}
        if isinstance(custom, dict):
            self._custom[key] = {name: str(value) for name, value in custom.items()}
        self._last = max(self._last, key)
        self._add_to_index(key)
        self._changes.note("people", key)
        return key

    def remove(self, key: int) -> None:
        """Takes a person away: a deletion in deltas and webhooks, found by no reference; `KeyError` when there is none.

        What is of the person elsewhere (clockings, contracts, days) stays, and points at nobody.
        """
        if key not in self:
            raise KeyError(key)
        self._removed.add(key)
        self._changes.note("people", key, ChangeType.DELETE)

    def _add_to_index(self, key: int) -> None:
        for name, value in self.references(key).items():
            self._index[name, value] = key


def _generated_key(name: str, value: str) -> int | None:
    """The number that a generated person's reference was made from."""
    pattern, first = {
        "@badge-number": (r"(\d{10})", _FIRST_BADGE),
        "@employee-number": (r"E(\d{6,})", 0),
        CUSTOM: (r"HR-(\d{1,12})", 0),
    }[name]
    match = re.fullmatch(pattern, value, re.ASCII)
    return int(match[1]) - first if match else None


def _seeded(key: int, seed: int) -> Person:
    drawn = mixed(seed, key) if seed else key  # seed 0 gives the people of the demo
    postal_code, town = _TOWNS[key % len(_TOWNS)]
    person: Person = {
        "periodClosingDate": "2024-12-31",
        "hourlyRateCurrencyDefinition": {"id": 1},
        "advanceCurrencyDefinition": {"id": 1},
        "lastName": _LAST_NAMES[drawn % len(_LAST_NAMES)],
        "firstName": _FIRST_NAMES[drawn % len(_FIRST_NAMES)],
        "initials": "X.Y.",
        "telephone": f"+32 9 000 {key:06d}",
        "mobile": f"+32 400 {key:06d}",
        "email": f"person{key}@example.org",
        "address": f"Voorbeeldstraat {key}",
        "postalCode": postal_code,
        "town": town,
        "countryISOCode": "BE",
        "nationalityISOCode": "BE",
        "sex": ("Unknown", "Female", "Male", "Other")[key % 4],
        "maritalStatus": ("Single", "Married", "LivingTogether", "Divorced")[key % 4],
        "birthDate": f"{1960 + key % 45}-{1 + key % 12:02d}-{1 + key % 28:02d}",
        "placeOfBirth": town,
        "drivingLicense": f"DL{key:08d}",
        "registerNumber": f"RN{key:09d}",
        "passportNumber": f"PP{key:07d}",
        "socialSecurityNumber": f"SS{key:011d}",
        "bankAccount": f"XX00 0000 {key:08d}",
        "inServiceDate": "2015-01-01",
        "wtdStartDate": "2015-01-01",
        "employeeNumber": f"E{key:06d}",
        "payGroup": f"PG{key % 3}",
        "hourlyRate": 15.5 + key % 20,
        "maxAdvance": 250.0,
        "terminalGroup": {"id": 1 + key // (FIXED_PEOPLE + 1) % 3},
        "badgeNumber": f"{_FIRST_BADGE + key:010d}",
        "terminalLanguageISOCode": _LANGUAGES[drawn % len(_LANGUAGES)],
    }
    fixed = _FIXED.get(key)
    if fixed is None:
        person["pinCode"] = drawn % 10_000
    else:
        person.update(fixed)
    return person
