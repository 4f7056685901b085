"""What holds for all tests."""

from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# How quickly an example is made or run says something of the machine, nothing of the code: benchmarks measure.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that is not traced (`no_cover`, pytest-cov's) starts children that are not traced either."""
    with pytest.MonkeyPatch.context() as environment:
        if item.get_closest_marker("no_cover") is not None:
            environment.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        return (yield)
