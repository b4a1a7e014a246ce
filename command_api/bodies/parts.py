"""The parts that bodies are made of: bounded text, money, moments, zones."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.money import Money
from runtime.privacy.person_key import ENCRYPTED
from runtime.texts.email_addresses import email_address
from runtime.texts.visible import visible_line, visible_prose

AMOUNT_MAX = 1_000_000_000_000
YEAR_MIN, YEAR_MAX = 2000, 2200


class Body(BaseModel):
    """A JSON object from a client: unknown fields and wrong types are refused, nothing is guessed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def example(*bodies: dict[str, Any]) -> ConfigDict:
    """Documents a body by what clients send. Their ids are made up."""
    return ConfigDict(json_schema_extra={"examples": list(bodies)})


def not_encrypted(text: str) -> str:
    """`text`. Raises ValueError where there is encrypted text in it."""
    # What we have encrypted is opened wherever it stands. Taken from a client, it would be opened for that client.
    if ENCRYPTED.search(text):
        raise ValueError("encrypted text is not allowed")
    return text


def _in_utc(moment: datetime) -> datetime:
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise ValueError(f"the year must be between {YEAR_MIN} and {YEAR_MAX}")
    return moment.astimezone(UTC)


# What a pattern can say of `visible_line`: told, and not looked at, for whoever makes requests out of the document.
CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f"
BREAKS = "\\u0009-\\u000d\\u0085"
ONE_LINE = Field(json_schema_extra={"pattern": f"^[^{CONTROLS}]*$"})
TRIMMED_LINE = Field(json_schema_extra={"pattern": f"^[{BREAKS}]*[^{CONTROLS}]*[{BREAKS}]*$"})
ADDRESS = Field(
    json_schema_extra={"pattern": f"^[^@\\s{CONTROLS}]{{1,64}}@[^@\\s{CONTROLS}]+\\.[^@\\s{CONTROLS}]+$"}
)

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(visible_line),
    AfterValidator(not_encrypted),
    TRIMMED_LINE,
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500),
    AfterValidator(visible_line),
    AfterValidator(not_encrypted),
    TRIMMED_LINE,
]
City = Annotated[Line, Field(max_length=100, examples=["Torino"])]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=5_000),
    AfterValidator(visible_prose),
    AfterValidator(not_encrypted),
]
Id = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, to_lower=True),
    AfterValidator(visible_line),
    ONE_LINE,
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$"
    ),
    AfterValidator(email_address),
    AfterValidator(not_encrypted),
    ADDRESS,
]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Seconds = Annotated[int, Field(ge=1, le=30 * 24 * 3600)]


OrganizerId = Annotated[
    str,
    StringConstraints(to_lower=True, pattern=r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
    Field(
        description="Whose it is: the id of an organizer's account. Only for administrators; without it the house's. "
        "What organizers make is their own."
    ),
]


class MoneyBody(Body):
    """Integer minor units and an ISO 4217 code."""

    amount: Annotated[int, Field(ge=0, le=AMOUNT_MAX, examples=[12000])]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["EUR"])]

    def value(self) -> Money:
        return Money(self.amount, self.currency)
