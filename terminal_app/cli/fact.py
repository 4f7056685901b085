"""One line of `status` and `doctor`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is well, or not; the names are those of the JSON output."""

    what: str
    state: str
    details: dict[str, object] = field(default_factory=dict)
    remedy: str | None = None
    """What to do; None when all is well."""

    def __str__(self) -> str:
        mark = "OK  " if self.remedy is None else "LOOK"
        return f"{mark} {self.what}: {self.state}" + (f" -> {self.remedy}" if self.remedy else "")
