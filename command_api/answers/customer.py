"""A customer who is no more, rendered."""

from command_api.answers.json import resource
from command_api.writing.answer import Answer
from domain.person.facts import PersonErased


def erased_customer(fact: PersonErased, version: int) -> Answer:
    """The shape of `resources.customer.ErasedCustomer`."""
    return resource({"id": fact.account_id or fact.person_id, "erased_at": fact.at}, version)
