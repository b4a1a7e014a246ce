"""The history of refusals, as auditors read it; `audit_api/causes` says why each was one."""
