"""ticket_types: which kinds of tickets does the catalogue offer, at what price?"""

from datetime import datetime

import msgspec

from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeWithdrawn
from projections.batch import Batch
from projections.projector import On, Projector, Reads
from projections.table import Table


class TicketTypeRow(msgspec.Struct, gc=False):
    """`price` is in minor units of `currency`. `owner_id` is the organiser whose it is, None the house."""

    ticket_type_id: str
    name: str
    price: int
    currency: str
    description: str
    status: str
    created_at: datetime
    owner_id: str | None


def added(batch: Batch, fact: TicketTypeAdded) -> None:
    row = TicketTypeRow(
        fact.ticket_type_id,
        fact.name,
        fact.price.amount,
        fact.price.currency,
        fact.description,
        "active",
        fact.at,
        fact.owner_id,
    )
    batch[TICKET_TYPES].put(fact.ticket_type_id, row)


def changed(batch: Batch, fact: TicketTypeChanged) -> None:
    row = batch[TICKET_TYPES].change(fact.ticket_type_id)
    row.name, row.description = fact.name, fact.description
    row.price, row.currency = fact.price.amount, fact.price.currency


def withdrawn(batch: Batch, fact: TicketTypeWithdrawn) -> None:
    batch[TICKET_TYPES].change(fact.ticket_type_id).status = "withdrawn"


TICKET_TYPES = Table("ticket_types", TicketTypeRow, key="ticket_type_id")
THIS: Reads = {TICKET_TYPES: "ticket_type_id"}

PROJECTOR = Projector(
    "ticket_types",
    version=2,
    tables=(TICKET_TYPES,),
    folds={
        TicketTypeAdded: On(added),
        TicketTypeChanged: On(changed, reads=THIS),
        TicketTypeWithdrawn: On(withdrawn, reads=THIS),
    },
)
