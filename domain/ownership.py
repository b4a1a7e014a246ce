"""Whose something is: an organiser's, by the id of their account, or the house's, which has no owner."""

from domain.refusal import Refusal


class OwnedByAnother(Refusal, frozen=True):
    """It belongs to somebody else than the organiser who wants to change or use it."""
