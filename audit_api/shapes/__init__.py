"""The documented shapes of the audit floor's answers. No other floor answers with them, so they stand here."""
