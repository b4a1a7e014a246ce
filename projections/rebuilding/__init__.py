"""Fill a read model's tables anew from the log, beside the live ones, prove them equal, and switch."""
