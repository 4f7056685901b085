"""All that one simulated server knows, in one place."""

from collections.abc import Callable
from datetime import date

from terminal_app.simulator.absence_records import Absences
from terminal_app.simulator.activity_records import Activities
from terminal_app.simulator.clocking_store import ClockingStore
from terminal_app.simulator.faults import Faults, FaultSwitches, FaultValue
from terminal_app.simulator.people_records import People
from terminal_app.simulator.references import Catalogue
from terminal_app.simulator.request_log import RequestLog
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.token_register import TokenRegister
from terminal_app.simulator.versions import ChangeVersions


class State:
    """Records, tokens, switches and counts. It is changed in the server's event loop only.

    Attributes:
        today: Says which day it is; a range of dates without an end may start a year before it.
        crashes: Errors of the simulator itself; each was answered with 500 and is no fault of the client.
        paging_epoch: `nextLink`s of an earlier epoch answer 409.
    """

    def __init__(self, people: int, settings: Settings, today: Callable[[], date] = date.today) -> None:
        self.settings = settings
        self.today = today
        self.versions = ChangeVersions()
        self.people = People(people, self.versions)
        self.absences = Absences()
        self.activities = Activities()
        self.terminals: Catalogue[int] = Catalogue("terminals", {"@external-code", "assetTag"})
        for key, code in enumerate(settings.terminals, start=1):
            self.terminals.put(key, {"@external-code": code, "assetTag": f"ASSET-{key}"})
        self.clockings = ClockingStore(self.versions)
        self.tokens = TokenRegister()
        self.faults = FaultSwitches()
        self.requests = RequestLog()
        self.paging_epoch = 0
        self.crashes: list[Exception] = []

    def change_faults(self, changes: dict[str, FaultValue]) -> Faults:
        """Sets switches and returns all in force; `FaultError` when a name or value does not fit."""
        in_force = self.faults.change(changes)
        if changes.get("expire_tokens"):
            self.tokens.expire_all()
        if changes.get("expire_paging_tokens"):
            self.paging_epoch += 1
        return in_force

    def reset(self) -> None:
        """Forgets all clockings and counts; people, tokens and switches stay, ids go on rising."""
        self.clockings.clear()
        self.requests.clear()
