"""Who is calling: tokens of our own, tokens of an OIDC provider, API keys, and from when on each counts no more."""
