"""`seatledger users`: accounts of any role."""
