"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# How quickly an example is made or run says something of the machine, nothing of the code: benchmarks measure.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
