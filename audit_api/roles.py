"""Who may audit. An administrator may do everything."""

from runtime.identity import Role

AUDITORS = frozenset({Role.AUDITOR})
