"""What may be asked about a person. `now` is the moment of asking, in UTC."""

from datetime import datetime

from domain.value import Value


class ErasePerson(Value, frozen=True):
    """`account_id` is None for somebody without an account."""

    person_id: str
    now: datetime
    account_id: str | None = None


PersonCommand = ErasePerson
