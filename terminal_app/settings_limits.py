"""What a setting's value must keep to: ours and not annotated-types', whose import costs a kiosk's start 5 ms."""

from typing import Any, NamedTuple


class Between(NamedTuple):
    """A number from `least` to `most`."""

    least: float
    most: float

    def __get_pydantic_core_schema__(self, kind: Any, handler: Any) -> Any:  # noqa: ANN401 # named and typed by pydantic
        """The number's schema with its limits, for pydantic."""
        return {**handler(kind), "ge": self.least, "le": self.most}


class Length(NamedTuple):
    """From `least` to `most` characters or items."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, kind: Any, handler: Any) -> Any:  # noqa: ANN401 # named and typed by pydantic
        """The schema with its limits, for pydantic."""
        return {**handler(kind), "min_length": self.least, "max_length": self.most}
