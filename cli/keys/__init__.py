"""`seatledger keys`: the keys that access tokens are signed with, and the one that wraps all secrets."""
