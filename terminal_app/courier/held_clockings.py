"""Clockings of badges that nobody had: they go out once the roster has somebody with that badge."""

import logging

from terminal_app.clocking.person import in_service, person_of_badge
from terminal_app.courier.masking import masked
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.outbox import held_badge_numbers, held_days, release_held

log = logging.getLogger(__name__)


async def release_known(storage: Storage) -> int:
    """Release those whose badge somebody in service has by now; returns how many. Raises NotRecorded."""
    released = await storage.write(_release_known)
    if released:
        log.info("held-clockings-released count=%d", released)
    return released


def _release_known(files: Files) -> int:
    released = 0
    for badge_number in held_badge_numbers(files.ledger):
        candidates = files.roster.people_of_badge(badge_number)
        for day in held_days(files.ledger, badge_number) if candidates else ():
            person = person_of_badge(candidates, day)
            if person is not None and in_service(person, day):
                log.info("badge-known badge=%s", masked(badge_number))
                released += release_held(files.ledger, badge_number, person.id, day=day)
    return released
