"""Follow the log and check what must always hold: of each show, of the log, and of the read tables made from it.

What a show sold is counted here a second time, in another and simpler way than the domain counts it, and neither is
made from the other: a mistake in the one shows in the other.
"""
