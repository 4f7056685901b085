"""How long to wait before Protime is believed to have nothing."""

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.settling import LAG_SAFETY, settling_seconds

SECONDS = st.floats(0, 3600)


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_the_settling_time_is_never_less_than_what_is_asked_for_and_what_can_happen(
    least: float, request: float, proxy: float, lag: float
) -> None:
    settling = settling_seconds(least, request_seconds=request, proxy_seconds=proxy, lag_seconds=lag)
    assert settling in (least, request + proxy + LAG_SAFETY * lag)
    assert settling >= least
    assert settling >= request + proxy + lag
    assert LAG_SAFETY > 1
