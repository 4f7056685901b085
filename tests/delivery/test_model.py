"""The delivery model-checked: on the model of a ledger for many courses, on the real one for fewer."""

import pytest
from hypothesis import HealthCheck, settings

from tests.delivery.ledgers import Ledger, Modelled, Real
from tests.delivery.machine import DeliveryMachine

pytestmark = pytest.mark.no_cover


class OnTheModel(DeliveryMachine):
    def new_ledger(self) -> Ledger:
        return Modelled()


class OnTheRealLedger(DeliveryMachine):
    def new_ledger(self) -> Ledger:
        return Real()


TestOnTheModel = OnTheModel.TestCase
TestOnTheModel.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
TestOnTheRealLedger = OnTheRealLedger.TestCase
TestOnTheRealLedger.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
