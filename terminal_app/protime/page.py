"""One page of a list: read from its bytes to records in one go, since people come by the hundred thousand."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

from terminal_app.protime.calls import object_in
from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.fields import Lenient, Record, readable
from terminal_app.protime.transport import Response

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """The records of a page that could be read, and its links as they came."""

    records: list[T]
    unreadable: int
    """How many items are left out."""
    next_link: object


def page_of(kind: type[R], response: Response) -> Page[R]:
    """The page that an answer holds. Raises UnexpectedAnswer when it is none."""
    found = _quickly_read(kind, response.body)
    if found is None:
        return _page_with_care(kind, response)
    records = [one for one in found.value if one is not None]
    return Page(records, len(found.value) - len(records), found.next_link)


def items_of(page: dict[str, object]) -> list[object]:
    """What is in a page's `value`. Raises UnexpectedAnswer when it is no list."""
    value = page.get("value")
    if not isinstance(value, list):
        raise UnexpectedAnswer("a page of Protime holds no list")
    return value


def _quickly_read(kind: type[R], body: bytes) -> Any:  # noqa: ANN401 # a model made for the kind
    try:
        return _adapter(kind).validate_json(body)
    except ValidationError:
        return None


def _page_with_care(kind: type[R], response: Response) -> Page[R]:
    """The same, slower: it says what is wrong, and reads texts that are no proper Unicode."""
    found = object_in(response)
    items = items_of(found)
    records = readable(kind, [one for one in items if isinstance(one, dict)])
    return Page(records, len(items) - len(records), found.get("nextLink"))


@cache
def _adapter(kind: type[Record]) -> TypeAdapter[Any]:
    item = Annotated[kind | None, Lenient]  # type: ignore[valid-type] # made for each kind of record
    model: type[BaseModel] = create_model(
        "PageOfRecords", value=(list[item], ...), next_link=(object, Field(default=None, alias="nextLink"))
    )
    return TypeAdapter(model)
