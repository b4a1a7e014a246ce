"""Who may audit. An administrator may do everything."""

from runtime.http.access import Access
from runtime.identity import Role

AUDITORS = Access(roles={Role.AUDITOR})
