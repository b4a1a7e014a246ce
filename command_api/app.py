"""The command side, ready to be served: its routers, its lifespan, its checks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import asyncpg
from fastapi import APIRouter, FastAPI
from prometheus_client.registry import CollectorRegistry

from command_api.accounts.accounts import Accounts
from command_api.accounts.composing import account_parts
from command_api.accounts.ending_access import end_access_of_erased
from command_api.accounts.erasing import Erasing
from command_api.accounts.sessions import Sessions
from command_api.accounts.sweeping import sweep
from command_api.booking_streams import BookingStreams
from command_api.handing_over.composing import owners_among
from command_api.handing_over.place import Place
from command_api.lifespan_state import CommandServices, CommandState
from command_api.policies.run import Policies
from command_api.refusals.forgetting import forget_old
from command_api.refusals.keeping import KeptRefusals
from command_api.refusals.observed import RefusalMetrics
from command_api.refusals.table import RefusalTable
from command_api.routes import (
    api_keys,
    auth,
    booking_changes,
    bookings,
    customers,
    event_changes,
    events,
    offers,
    passwords,
    sessions,
    ticket_types,
    user_list,
    users,
    venues,
)
from command_api.writing.crowding import Crowding
from command_api.writing.limits import WriteLimits
from command_api.writing.observed import WriteMetrics
from command_api.writing.taking import Taking
from command_api.writing.writers import Writers
from eventstore.postgres.store import PostgresStore
from runtime.authentication.revocations import Revocations
from runtime.authentication.tokens import Tokens
from runtime.giving_back import GivingBack
from runtime.http.application import Application
from runtime.ids import new_id, utc_now
from runtime.master_key import MasterKey
from runtime.notices import LOG_CHANNEL, Listener, Notifier
from runtime.passwords import Passwords
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People
from runtime.settings import PaymentsFrom, Settings

ROLE = "seatledger_command"
CLOSE_SECONDS_MAX = 5.0

# The hottest routes stand first: they are matched in order.
ROUTERS: tuple[APIRouter, ...] = (
    bookings.router,
    booking_changes.router,
    events.router,
    event_changes.router,
    offers.router,
    venues.router,
    ticket_types.router,
    auth.router,
    sessions.router,
    passwords.router,
    api_keys.router,
    users.router,
    user_list.router,
    customers.router,
)


def lifespan(
    pool: "asyncpg.Pool",
    settings: Settings,
    tokens: Tokens,
    revocations: Revocations,
    registry: CollectorRegistry,
    *,
    master_key: MasterKey,
    taking: Taking | None = None,
    place: Place | None = None,
) -> Callable[[FastAPI], AbstractAsyncContextManager[CommandState]]:
    """Starts the writers; on leaving, lets them finish what they have taken. `taking` is told how they fare.

    With a `place` among other workers, each stream has one of them for its owner.
    """

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[CommandState]:
        passwords = Passwords(settings.password_hash_threads)
        crowding = Crowding(app.shedding) if isinstance(app, Application) else None
        services = command_services(
            pool,
            settings,
            tokens,
            revocations,
            passwords=passwords,
            registry=registry,
            taking=taking,
            master_key=master_key,
            crowding=crowding,
        )
        owners = owners_among(place, services.writers, registry, crowding)
        await services.people.prepare()
        # One worker of a host listens: all of them, woken by every commit, would find the same.
        listener = Listener(pool, LOG_CHANNEL) if place is None or place.number == 0 else None
        policies = Policies(pool, services.writers, listener, services.now)
        following = [
            asyncio.create_task(policies.run()),
            asyncio.create_task(sweep(services.account.sessions, services.now)),
            asyncio.create_task(Erasures(pool, services.keyring, services.now).follow()),
            asyncio.create_task(services.refusals.run()),
            asyncio.create_task(forget_old(RefusalTable(pool), settings.refusals_kept_days, services.now)),
        ]
        if owners is not None:
            await owners.open()
        try:
            yield {"command": services}
        finally:
            for task in following:
                task.cancel()
            if services.account.outbox is not None:
                await services.account.outbox.close()
            if owners is not None:
                owners.leave()
            # A database that says nothing any more must not keep the process from ending.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS_MAX):
                    await services.writers.close()
                    if owners is not None:
                        await owners.close()
                    await asyncio.wait(following)
                    await services.refusals.close()
                    if listener is not None:
                        await listener.close()
                    await services.notifier.close()
            passwords.close()

    return run


def command_services(
    pool: "asyncpg.Pool",
    settings: Settings,
    tokens: Tokens,
    revocations: Revocations,
    *,
    passwords: Passwords,
    registry: CollectorRegistry,
    taking: Taking | None,
    master_key: MasterKey,
    crowding: Crowding | None = None,
) -> CommandServices:
    """What the operations work with. Call it within a running event loop."""
    store = PostgresStore(pool)
    metrics = WriteMetrics(registry, taking)
    notifier = Notifier(pool, LOG_CHANNEL)
    limits = WriteLimits(
        flights_max=settings.append_flights,
        batch_facts_max=settings.batch_facts_max,
        queue_max=settings.queue_max,
        writers_max=settings.writers_max,
        queue_seconds_max=settings.queue_seconds_max,
    )
    keyring = Keyring(pool, master_key)
    people = People(pool, keyring, master_key)
    sessions = Sessions(pool, settings.refresh_token_seconds)
    refusals = KeptRefusals(RefusalTable(pool), RefusalMetrics(registry), utc_now, new_id)
    accounts = Accounts(pool, passwords, sessions, people, keyring)
    return CommandServices(
        writers=Writers(
            store,
            utc_now,
            metrics,
            limits,
            notifier.poke,
            on_refusal=refusals.keep,
            on_much_forgotten=GivingBack(asyncio.get_running_loop()).soon,
            crowding=crowding,
        ),
        refusals=refusals,
        store=store,
        bookings=BookingStreams(store),
        accounts=accounts,
        account=account_parts(
            pool, settings, accounts, passwords=passwords, tokens=tokens, revocations=revocations
        ),
        erasing=Erasing(pool, people, [end_access_of_erased(revocations)]),
        tokens=tokens,
        people=people,
        keyring=keyring,
        payments_from_staff=settings.payments_from is PaymentsFrom.STAFF,
        metrics=metrics,
        notifier=notifier,
        now=utc_now,
        wait_seconds=limits.wait_seconds,
        loop=asyncio.get_running_loop(),
    )
