"""How most explanations are made: a sentence, and the fields that the decision looked at."""

from collections.abc import Callable

from audit_api.causes.case import Case
from audit_api.causes.cause import Cause

Explain = Callable[[Case], Cause]


def terms(sentence: str, *names: str) -> Explain:
    """Fields of the aggregate; of a refusal's own data what stands in the sentence in braces."""

    def explain(case: Case) -> Cause:
        return Cause(in_words(sentence, case), case.fields(*(in_words(name, case) for name in names)))

    return explain


def of_booking(sentence: str, *names: str, and_terms: tuple[str, ...] = ()) -> Explain:
    """Fields of the booking, and of the event."""

    def explain(case: Case) -> Cause:
        return Cause(in_words(sentence, case), [*case.booking_fields(*names), *case.fields(*and_terms)])

    return explain


def in_words(sentence: str, case: Case) -> str:
    """With the refusal's data."""
    return sentence.format_map({name: getattr(case.reason, name) for name in case.reason.__struct_fields__})
