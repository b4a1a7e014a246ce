"""What was answered when a command was carried out before: for commands that do not go through the writers."""

from command_api.accounts.terms import Terms
from command_api.writing.answer import Reply, restored
from command_api.writing.failures import KeyReused
from eventstore.postgres.store import PostgresStore


async def first_reply(store: PostgresStore, terms: Terms) -> Reply | None:
    """The answer under the command's key; None when it is the first. Raises `KeyReused` if it asked otherwise."""
    if terms.fingerprint is None:
        return None
    known = (await store.find_commands([terms.command_id])).get(terms.command_id)
    if known is None:
        return None
    if known.fingerprint != terms.fingerprint:
        raise KeyReused
    return Reply(restored(known.answer), known.position, replayed=True)
