"""What `seatledger audit` does: prove the log, and take it elsewhere to be proven there."""
