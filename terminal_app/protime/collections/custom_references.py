"""Managing custom external references (reference, section 8): an assumption from end to end.

Known is that there are endpoints for it, with the scopes `external-references.read` and `.write`. Their paths, verbs
and bodies were not seen. What is assumed stands in `Assumed`, where another form can be given; nothing else uses this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from terminal_app.protime.calls import BASE_PATH, Body, Calls
from terminal_app.protime.external_references import value_of
from terminal_app.protime.scopes import Scope


@dataclass(frozen=True, slots=True)
class Assumed:
    """The form of the endpoints."""

    record_path: str = "external-references/{collection}/{key}"
    """Below the base path: GET answers all custom references of a record, by name."""
    reference_path: str = "external-references/{collection}/{key}/{name}"
    """PUT sets one, DELETE takes it away."""
    value_property: str = "value"
    """In the body of the PUT."""


class CustomReferences:
    """The custom references of records; predefined ones, with @, are Protime's own fields and only read."""

    def __init__(self, calls: Calls, assumed: Assumed | None = None) -> None:
        self._calls = calls
        self._assumed = assumed or Assumed()

    async def of(self, collection: str, key: int | str) -> dict[str, str]:
        """A record's custom references by name. Raises ProtimeError; NotFound when the assumption is wrong."""
        found = await self._calls.read(
            self._path(self._assumed.record_path, collection, key), scope=Scope.EXTERNAL_REFERENCES_READ
        )
        held = found.get("externalReferences", found)
        values = {name: value_of(held, name) for name in held} if isinstance(held, Mapping) else {}
        return {name: value for name, value in values.items() if value is not None}

    async def put(self, collection: str, key: int | str, name: str, value: str) -> None:
        """Set one. Raises ValueError for a predefined name, ProtimeError otherwise."""
        path = self._path(self._assumed.reference_path, collection, key, _custom(name))
        body = Body({self._assumed.value_property: value}, (value,))
        await self._calls.change("PUT", path, body, scope=Scope.EXTERNAL_REFERENCES_WRITE, wanted=(200, 201, 204))

    async def delete(self, collection: str, key: int | str, name: str) -> None:
        """Take one away. Raises ValueError for a predefined name, ProtimeError otherwise."""
        path = self._path(self._assumed.reference_path, collection, key, _custom(name))
        await self._calls.change("DELETE", path, scope=Scope.EXTERNAL_REFERENCES_WRITE, wanted=(200, 204))

    def _path(self, template: str, collection: str, key: int | str, name: str = "") -> str:
        named = {"collection": collection, "key": str(key), "name": name}
        return f"{BASE_PATH}/{template.format_map({what: quote(text, safe='') for what, text in named.items()})}"


def _custom(name: str) -> str:
    if not name or name.startswith("@"):
        raise ValueError("a custom reference has a name without @; those with @ cannot be written")
    return name
