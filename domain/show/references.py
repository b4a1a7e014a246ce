"""Terms may name a ticket type by its id or by its name; what is written down always has the id."""

from collections.abc import Iterable

from msgspec.structs import replace

from domain.show.offer import Offer
from domain.show.rules import Rules


def id_of(reference: str, offers: Iterable[Offer]) -> str:
    """The id of the type of that name; an id stays what it is, and so does what names none."""
    known = tuple(offers)
    if any(offer.id == reference for offer in known):
        return reference
    return next((offer.id for offer in known if offer.name == reference), reference)


def opening_by_id(offer: Offer, offers: Iterable[Offer]) -> Offer:
    """The offer with the id of the type after which it opens."""
    return replace(offer, opens_after=id_of(offer.opens_after, offers)) if offer.opens_after else offer


def rules_by_id(rules: Rules, offers: tuple[Offer, ...]) -> Rules:
    """The rules with the ids of the types that share a quota."""
    if not rules.shared_quotas:
        return rules
    shared = (
        # Once each: a type named twice would count twice.
        replace(
            quota, ticket_type_ids=tuple(dict.fromkeys(id_of(each, offers) for each in quota.ticket_type_ids))
        )
        for quota in rules.shared_quotas
    )
    return replace(rules, shared_quotas=tuple(shared))
