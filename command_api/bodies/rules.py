"""The rules of an event, as clients set them: fields of the event's own body."""

from typing import Annotated, Literal

from pydantic import Field

from command_api.bodies.parts import Body, Name, Seconds
from domain.seating_plan import PLAN_CAPACITY_MAX
from domain.show.rules import Refunds, RefundTier, Rules, SharedQuota

RULE_OF_FIELD = {
    "hold_seconds_max": "hold_seconds_max",
    "late_payment": "late_payment",
    "no_single_seats": "no_single_seats",
    "max_per_customer": "max_per_customer",
    "max_holds_per_customer": "max_holds_per_customer",
    "refund_policy": "refunds",
    "shared_quotas": "shared_quotas",
}

Places = Annotated[int, Field(ge=1, le=PLAN_CAPACITY_MAX)]


class RefundTierBody(Body):
    """Cancelled at least `days_before` days before the start, `percent` of the price comes back."""

    days_before: Annotated[int, Field(ge=0, le=3_650)]
    percent: Annotated[int, Field(ge=0, le=100)]


class RefundPolicyBody(Body):
    kind: Literal["full", "tiered", "none"]
    tiers: Annotated[list[RefundTierBody], Field(max_length=20, default_factory=list)]

    def value(self) -> Refunds:
        return Refunds(self.kind, tuple(RefundTier(tier.days_before, tier.percent) for tier in self.tiers))


class SharedQuotaBody(Body):
    """At most `quota` tickets of these types together; each by its id or its name."""

    name: Name
    ticket_types: Annotated[list[Name], Field(min_length=1, max_length=100)]
    quota: Places

    def value(self) -> SharedQuota:
        return SharedQuota(self.name, tuple(self.ticket_types), self.quota)


class RulesBody(Body):
    hold_seconds_max: Seconds | None = None
    late_payment: Literal["same_places", "equal_places"] = "same_places"
    no_single_seats: bool = False
    max_per_customer: Places | None = None
    max_holds_per_customer: Places | None = None
    refund_policy: RefundPolicyBody | None = None
    shared_quotas: Annotated[list[SharedQuotaBody], Field(max_length=100, default_factory=list)]

    def rules(self) -> Rules:
        """The rules; ticket types are still as the client named them."""
        return Rules(
            self.hold_seconds_max,
            self.late_payment,
            self.no_single_seats,
            self.max_per_customer,
            self.refund_policy.value() if self.refund_policy else Refunds(),
            tuple(shared.value() for shared in self.shared_quotas),
            self.max_holds_per_customer,
        )

    def rule_names(self) -> tuple[str, ...]:
        """Which rules were given, by their names in `Rules`."""
        return tuple(rule for field, rule in RULE_OF_FIELD.items() if field in self.model_fields_set)
