"""The log in Postgres: `store` reads and appends, `subscriptions` lease and checkpoint."""
