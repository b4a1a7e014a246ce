"""What has happened to a person. Names here are the storage format."""

from datetime import datetime

from domain.value import Value


class PersonErased(Value, frozen=True):
    """Their key is destroyed: what is encrypted with it can never be read again. Who they were is not said."""

    person_id: str
    at: datetime
    account_id: str | None = None


PersonFact = PersonErased
