"""The aggregates of this product, as the write path takes them."""

from command_api.writing.aggregate import Aggregate
from domain.person.decide import decide as decide_person
from domain.person.evolve import evolve as evolve_person
from domain.person.state import PersonState
from domain.show.decide import decide as decide_show
from domain.show.decide import lapse as lapse_show
from domain.show.evolve import evolve as evolve_show
from domain.show.state import Show
from domain.ticket_type.decide import decide as decide_ticket_type
from domain.ticket_type.evolve import evolve as evolve_ticket_type
from domain.ticket_type.state import TicketType
from domain.user.decide import decide as decide_user
from domain.user.evolve import evolve as evolve_user
from domain.user.state import User
from domain.venue.decide import decide as decide_venue
from domain.venue.evolve import evolve as evolve_venue
from domain.venue.state import Venue

SHOW = Aggregate("show", Show, decide_show, evolve_show, lapse_show)
VENUE = Aggregate("venue", Venue, decide_venue, evolve_venue)
TICKET_TYPE = Aggregate("ticket-type", TicketType, decide_ticket_type, evolve_ticket_type)
USER = Aggregate("user", User, decide_user, evolve_user)
PERSON = Aggregate("person", PersonState, decide_person, evolve_person)
