"""The courier's process: delivery, synchronisation and webhooks side by side until it is cancelled."""

import asyncio
import logging
import random as randomness
from collections.abc import Callable
from functools import partial

from terminal_app.courier.collections_told import collections_told
from terminal_app.courier.collections_wanted import collections_wanted
from terminal_app.courier.days_of_people import DaysOfPeople
from terminal_app.courier.delivery import Delivery
from terminal_app.courier.health import show_courier_lives
from terminal_app.courier.ledger_check import check_ledger
from terminal_app.courier.link_report import LinkReport, Reporter
from terminal_app.courier.nightly_audit import NightlyAudit
from terminal_app.courier.people_wanted import PeopleWanted
from terminal_app.courier.read_back import ReadBack
from terminal_app.courier.retention import Retention
from terminal_app.courier.server_time import ServerTime
from terminal_app.courier.storage import Storage
from terminal_app.courier.storage_watch import watch_storage
from terminal_app.courier.synchronisation import Synchronisation
from terminal_app.courier.time_settling import TimeSettling, rules_of
from terminal_app.courier.webhook_changes import WebhookChanges
from terminal_app.doorbell import BEAT_SECONDS, Doorbell, ring, runtime_folder
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.external_references import BADGE_NUMBER
from terminal_app.settings import Settings
from terminal_app.timekeeping.clock import Clock, SystemClock
from terminal_app.timekeeping.zones import zone_of

log = logging.getLogger(__name__)

_DOORBELL_SECONDS = BEAT_SECONDS
"""However long it is silent: the delivery has a shorter timer of its own, the webhooks have this one."""


async def run_courier(
    settings: Settings,
    secret: str,
    *,
    clock: Clock | None = None,
    random: Callable[[], float] = randomness.random,
    on_asked_to_end: Callable[[], object] = lambda: None,
) -> None:
    """Work until cancelled; requests under way are waited for then. `secret` is the OAuth client secret.

    `on_asked_to_end` is called when somebody asks for it at the doorbell; it is not cancelled by that alone.

    Raises LedgerUnusable or RosterNotWritten when the files cannot be used; an exception group when the world breaks
    later, or the ledger turns out to be damaged deep inside: then the process has to start anew.
    """
    folder, delivery_settings = settings.storage.folder, settings.delivery
    doors = runtime_folder(settings.storage.runtime_folder, folder)
    ring_kiosk = partial(ring, doors, "kiosk")
    link = LinkReport(delivery_settings.longest_pause_seconds, random)
    clock = clock or SystemClock()
    server_time = ServerTime(clock)
    api = ProtimeApi(
        settings.protime,
        delivery_settings,
        secret,
        synchronisation=settings.synchronisation,
        terminal_code=settings.terminal.external_code,
        on_hold=link.asked_to_wait,
        on_date=server_time.told,
    )
    async with Storage(folder) as storage, api:
        reporter = Reporter(link, storage, ring_kiosk)
        zone = zone_of(settings.terminal.timezone)
        days = DaysOfPeople(api, storage, clock, zone, settings.synchronisation)

        def settled() -> None:
            ring_kiosk()
            days.look()

        read_back = ReadBack(api.clockings, storage, delivery_settings)
        delivery = Delivery(
            storage,
            api.clockings,
            delivery_settings,
            link=link,
            reporter=reporter,
            clock=clock,
            random=random,
            owner_of_badge=api.owner_of_badge if settings.protime.person_reference == BADGE_NUMBER else None,
            settle_seconds=read_back.settle_seconds,
            on_settled=settled,
            on_created=read_back.created,
        )
        people = PeopleWanted(api, settings.protime, settings.synchronisation)
        webhooks = WebhookChanges(
            folder,
            collections_told(api, people, days, storage, settings.synchronisation),
            storage,
            on_change=ring_kiosk,
            on_released=delivery.look,
        )
        synchronisation = Synchronisation(
            collections_wanted(api, people, storage, clock, settings),
            days,
            storage,
            interval_seconds=settings.synchronisation.interval_minutes * 60,
            longest_pause_seconds=delivery_settings.longest_pause_seconds,
            link=link,
            reporter=reporter,
            random=random,
            on_change=ring_kiosk,
            on_released=delivery.look,
        )
        settling = TimeSettling(
            storage, server_time, clock, zone, rules_of(settings.time), on_settled=delivery.look, on_anchor=ring_kiosk
        )
        retention = Retention(storage, clock, zone, settings.storage.keep_days)
        audit = NightlyAudit(
            api.clockings,
            storage,
            clock,
            zone,
            hour=delivery_settings.audit_hour,
            terminal_code=settings.terminal.external_code,
            link=link,
            random=random,
        )
        with Doorbell(doors, "courier") as doorbell:
            if doorbell.problem:
                log.warning("doorbell-silent %s", doorbell.problem)
            log.info("courier-started")
            async with asyncio.TaskGroup() as group:
                group.create_task(delivery.run(), name="delivery")
                group.create_task(synchronisation.run(), name="synchronisation")
                group.create_task(read_back.run(), name="read-back")
                group.create_task(days.run(), name="days-of-people")
                group.create_task(settling.run(), name="time-settling")
                group.create_task(retention.run(), name="retention")
                group.create_task(audit.run(), name="nightly-audit")
                group.create_task(webhooks.run(), name="webhooks")
                group.create_task(check_ledger(folder), name="ledger-check")
                group.create_task(watch_storage(folder), name="storage-watch")
                group.create_task(_answer(doorbell, delivery, webhooks, on_asked_to_end), name="doorbell")
                group.create_task(show_courier_lives(storage, link, folder), name="service-manager")
                group.create_task(_watched(storage, settings), name="monitoring")


async def _watched(storage: Storage, settings: Settings) -> None:
    monitoring = settings.monitoring
    async with asyncio.TaskGroup() as group:
        # Imported for who wants it: memory.
        if monitoring.metrics_port is not None:
            from terminal_app.courier.metrics_server import serve_metrics  # noqa: PLC0415

            group.create_task(serve_metrics(storage, settings.storage, monitoring), name="metrics")
        if monitoring.heartbeat_url is not None:
            from terminal_app.courier.heartbeat import send_heartbeats  # noqa: PLC0415

            group.create_task(send_heartbeats(storage, settings), name="heartbeat")


async def _answer(
    doorbell: Doorbell, delivery: Delivery, webhooks: WebhookChanges, on_asked_to_end: Callable[[], object]
) -> None:
    while True:
        await doorbell.wait(_DOORBELL_SECONDS)
        if doorbell.is_to_end:
            log.info("courier-asked-to-end")
            on_asked_to_end()
            return
        delivery.look()
        webhooks.look()
