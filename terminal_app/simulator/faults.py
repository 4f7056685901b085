"""The switches that make the simulated server misbehave, and how a change of them is checked."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import UnionType
from typing import TypeAlias, get_args, get_origin, get_type_hints

from starlette.types import Scope

from terminal_app.simulator.deltas import SecondStart
from terminal_app.simulator.older_names import Names

FaultValue: TypeAlias = bool | int | float | str | Sequence[str] | Sequence[float] | None


class FaultTarget(StrEnum):
    """Which requests the switches of all requests touch."""

    ALL = "all"
    TOKEN = "token"  # noqa: S105 - a name of a group of requests
    API = "api"
    READS = "reads"
    WRITES = "writes"


class RetryAfterForm(StrEnum):
    """How `Retry-After` is written."""

    SECONDS = "seconds"
    HTTP_DATE = "http-date"
    MISSING = "missing"


class AnswerBody(StrEnum):
    """What stands in the body of an answer that a gateway might have given."""

    JSON = "json"
    HTML = "html"
    BROKEN_JSON = "broken-json"
    EMPTY = "empty"


class DuplicatePolicy(StrEnum):
    """What happens to a clocking that equals a stored one (not documented by the API)."""

    TWO = "two"
    REFUSE = "refuse"
    FIRST = "first"


class CreatedAnswer(StrEnum):
    """How a stored clocking is answered."""

    LOCATION = "location"
    ABSOLUTE_LOCATION = "absolute-location"
    NO_LOCATION = "no-location"
    BODY = "body"
    ACCEPTED = "accepted"


class SignatureHash(StrEnum):
    """Hash of the signature of a webhook call."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


class SignatureEncoding(StrEnum):
    """How the signature of a webhook call is written."""

    HEX = "hex"
    BASE64 = "base64"


class PostFault(StrEnum):
    """What can befall one POST of a clocking."""

    CUT_BEFORE_STORING = "cut-before-storing"
    FAIL_BEFORE_STORING = "fail-before-storing"
    LATE_STORING = "late-storing"
    CUT_AFTER_STORING = "cut-after-storing"
    FAIL_AFTER_STORING = "fail-after-storing"


_RANDOM_FAULTS = (
    PostFault.CUT_BEFORE_STORING,
    PostFault.FAIL_BEFORE_STORING,
    PostFault.CUT_AFTER_STORING,
    PostFault.FAIL_AFTER_STORING,
)


class FaultError(ValueError):
    """A switch that does not exist or cannot have this value."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Every switch, at rest.

    A switch that counts ("next N") goes down by one with each use. Times are seconds.

    Attributes:
        target: Which requests `down`, `slow_seconds`, `slow_answer_seconds`, `refuse_with_status`, `rate_limit` and
            `garbage_body` touch. `/_control/` is never touched.
        down: Closes every connection as soon as it asks something, without an answer.
        cut_with_reset: Every cut of a connection is a TCP reset instead of an orderly close.
        slow_seconds: Waits before it does anything.
        slow_answer_seconds: Does everything at once, then waits before the answer.
        refuse_with_status: Answers this status before it does anything; null = off.
        refuse_retry_after_seconds: `Retry-After` of that answer; null = none.
        refuse_body: Body of that answer (a gateway does not speak JSON).
        rate_limit: The next N requests get 429.
        rate_limit_retry_after_seconds: `Retry-After` of the 429.
        retry_after_form: How both `Retry-After` are written.
        garbage_body: Answers 200 with this before it does anything; null = off.
        cut_before_storing: The next N POSTs of a clocking: no answer, nothing stored.
        fail_before_storing: The next N: answer `fail_status`, nothing stored.
        late_storing_seconds: Above 0: no answer, and stored this much later.
        late_storing: For the next N; null = for every one while `late_storing_seconds` is above 0.
        cut_after_storing: The next N: stored, no answer.
        fail_after_storing: The next N: stored, answer `fail_status`.
        fail_status: See above.
        probability: Chance (0..1) that a POST of a clocking meets one of `random_faults`, drawn evenly.
        random_faults: See above.
        seed: Setting it starts the draws anew, so that a run can be repeated.
        read_lag_seconds: A stored clocking can be read only this much later (counts from its storing).
        duplicate_policy: A clocking equal to a stored one becomes a second record, is refused with 400, or is
            answered with the first one's `Location`.
        check_usages: A clocking is refused with 400 when usages or restrictions of its activities forbid it.
        created_answer: Form of the answer to a stored clocking: 201 with `Location` as a path (documented) or with the
            host, 201 without `Location`, 201 with a body too, or 202 with `Operation-Location` (older pages).
        night_ends_at_minutes: Clockings that are stored from now on before this minute of the day are read back with
            the day before as `date` and 1440 added, as a night schedule may do; 0 = off.
        missing_scope_status: 403 or 401.
        invalid_client_status: 400 or 401, of the token endpoint.
        withheld_scopes: The token endpoint grants everything asked but these, and says so in `scope`.
        token_lifetime_seconds: `expires_in` of the tokens given from now on.
        empty_page_after: An empty page with a `nextLink` follows this many pages of a list; null = never.
        shuffled_pages: The records of a page come in no order; each page in another one, drawn from `seed`.
        expire_tokens: Done once, at the moment it is set: no token given so far is valid any more.
        empty_page_probability: Chance (0..1) that a page of a list is empty with a `nextLink`, drawn from `seed`; never
            two in a row, and the same ones when the list is read again.
        delta_second_start: A start kills the delta of the collection that is active (its next use: 410), or is
            answered with 409.
        names: Answers have the newer names, or those of the pages of 2025.
        recalculation_seconds: Totals, counters and the rest follow a clocking after this time.
        webhook_signature_header: Header of the signature of a webhook call (not documented, as all of these are).
        webhook_signature_hash: Hash of the HMAC.
        webhook_signature_encoding: How it is written.
        webhook_key_property: Where the answer to a new webhook holds the private key.
        webhook_items: 0 = a call holds one item; N = up to N items in `value`.
        webhook_retry_seconds: Pauses before a failed call is tried again; after the last one it is `Disabled`.
        webhook_life_seconds: From now to `validUntil` of new webhooks.
        expire_paging_tokens: Done once, at the moment it is set: every `nextLink` given so far answers 409.
        expire_deltas: Done once, at the moment it is set: every `deltaLink` given so far answers 410.
    """

    target: FaultTarget = FaultTarget.ALL
    down: bool = False
    cut_with_reset: bool = False
    slow_seconds: float = 0.0
    slow_answer_seconds: float = 0.0
    refuse_with_status: int | None = None
    refuse_retry_after_seconds: int | None = None
    refuse_body: AnswerBody = AnswerBody.JSON
    rate_limit: int = 0
    rate_limit_retry_after_seconds: int = 60
    retry_after_form: RetryAfterForm = RetryAfterForm.SECONDS
    garbage_body: AnswerBody | None = None
    cut_before_storing: int = 0
    fail_before_storing: int = 0
    late_storing_seconds: float = 0.0
    late_storing: int | None = None
    cut_after_storing: int = 0
    fail_after_storing: int = 0
    fail_status: int = 500
    probability: float = 0.0
    random_faults: tuple[PostFault, ...] = _RANDOM_FAULTS
    seed: int = 0
    read_lag_seconds: float = 0.0
    duplicate_policy: DuplicatePolicy = DuplicatePolicy.TWO
    check_usages: bool = False
    created_answer: CreatedAnswer = CreatedAnswer.LOCATION
    night_ends_at_minutes: int = 0
    missing_scope_status: int = 403
    invalid_client_status: int = 400
    withheld_scopes: tuple[str, ...] = ()
    token_lifetime_seconds: int = 1800
    empty_page_after: int | None = 1
    shuffled_pages: bool = False
    expire_tokens: bool = False
    empty_page_probability: float = 0.0
    delta_second_start: SecondStart = SecondStart.KILL
    names: Names = Names.NEWER
    recalculation_seconds: float = 2.0
    webhook_signature_header: str = "X-Protime-Signature"
    webhook_signature_hash: SignatureHash = SignatureHash.SHA256
    webhook_signature_encoding: SignatureEncoding = SignatureEncoding.HEX
    webhook_key_property: str = "webhookKey"
    webhook_items: int = 0
    webhook_retry_seconds: tuple[float, ...] = (5.0, 30.0, 120.0)
    webhook_life_seconds: float = 30 * 86400.0
    expire_paging_tokens: bool = False
    expire_deltas: bool = False


_HINTS: dict[str, object] = get_type_hints(Faults)
_HIGHEST = 10**9
_CHANCES = ("probability", "empty_page_probability")
_STATUSES = ("refuse_with_status", "fail_status", "missing_scope_status", "invalid_client_status")


def with_changes(faults: Faults, changes: Mapping[str, object]) -> Faults:
    """Returns the switches with some of them changed.

    Raises:
        FaultError: A name is unknown or a value has the wrong type or range; nothing is changed then.
    """
    checked: dict[str, object] = {}
    for name, value in changes.items():
        if name not in _HINTS:
            raise FaultError(f"there is no switch {name!r}")
        checked[name] = _converted(name, value)
    return replace(faults, **checked)  # type: ignore[arg-type]  # _converted has checked each against its field


def as_json(faults: Faults) -> dict[str, object]:
    """The switches as plain JSON values, as `with_changes` takes them."""
    values = {field.name: getattr(faults, field.name) for field in fields(faults)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _converted(name: str, value: object) -> object:
    hint = _HINTS[name]
    if get_origin(hint) is UnionType:
        if value is None:
            return None
        hint = next(choice for choice in get_args(hint) if choice is not type(None))
    if get_origin(hint) is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise FaultError(f"{name} is a list, not {value!r}")
        return tuple(_single(name, get_args(hint)[0], item) for item in value)
    return _single(name, hint, value)


def _single(name: str, hint: object, value: object) -> object:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        if not isinstance(value, str) or value not in set(hint):
            raise FaultError(f"{name} is one of {', '.join(hint)}, not {value!r}")
        return hint(value)
    if hint is float and type(value) is int and abs(value) <= _HIGHEST:
        value = float(value)
    if type(value) is not hint:
        raise FaultError(f"{name} has the wrong type: {value!r}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        _check_range(name, value)
    return value


def _check_range(name: str, value: float) -> None:
    if not abs(value) <= _HIGHEST:  # nor is NaN, which JSON cannot say
        raise FaultError(f"{name} is a number of at most {_HIGHEST}: {value}")
    if value < 0 and name != "seed":
        raise FaultError(f"{name} is not negative: {value}")
    if name in _CHANCES and value > 1:
        raise FaultError(f"{name} is between 0 and 1, not {value}")
    if name in _STATUSES and not 400 <= value <= 599:  # noqa: PLR2004 - the error statuses of HTTP
        raise FaultError(f"{name} is an error status (400..599), not {value}")


def is_touched(scope: Scope, target: FaultTarget) -> bool:
    """Whether a request is one of these."""
    path: str = scope["path"]
    is_token = path.startswith("/tenants/")
    is_read = scope["method"] == "GET"
    match target:
        case FaultTarget.ALL:
            return True
        case FaultTarget.TOKEN:
            return is_token
        case FaultTarget.API:
            return not is_token
        case FaultTarget.READS:
            return not is_token and is_read
        case FaultTarget.WRITES:
            return not is_token and not is_read


class FaultSwitches:
    """The switches in force, with those that count."""

    def __init__(self) -> None:
        self.current = Faults()
        self._seed()

    def change(self, changes: Mapping[str, object]) -> Faults:
        """Merges changes and returns what is in force; `FaultError` when one does not fit.

        Those that are done once (`expire_...`) are left to the caller and stay off here.
        """
        self.current = replace(
            with_changes(self.current, changes), expire_tokens=False, expire_paging_tokens=False, expire_deltas=False
        )
        if "seed" in changes:
            self._seed()
        return self.current

    def clear(self) -> None:
        """Puts every switch to rest."""
        self.current = Faults()
        self._seed()

    def shuffle(self, page: list[object]) -> None:
        """Puts the records of a page in the next order drawn from `seed`."""
        self._orders.shuffle(page)

    def take_rate_limit(self) -> bool:
        """Whether this request is over the limit; counts it."""
        return self._take("rate_limit")

    def take_post_fault(self) -> PostFault | None:
        """What befalls this POST of a clocking; counts it. Counted switches go before chance."""
        if self.current.late_storing is None and self.current.late_storing_seconds:
            return PostFault.LATE_STORING
        for fault in PostFault:
            if self._take(fault.name.lower()):
                return fault
        if self.current.random_faults and self._random.random() < self.current.probability:
            return self._random.choice(self.current.random_faults)
        return None

    def _seed(self) -> None:
        seed = self.current.seed
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._orders = random.Random(seed)  # noqa: S311 - its own, so that reading does not change what befalls a POST

    def _take(self, name: str) -> bool:
        left: int | None = getattr(self.current, name)
        if not left:
            return False
        self.current = replace(self.current, **{name: left - 1})  # type: ignore[arg-type]  # all of these are counts
        return True
