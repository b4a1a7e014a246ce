"""`seatledger bench`: our write path beside others on one machine in one run, because only ratios travel."""
