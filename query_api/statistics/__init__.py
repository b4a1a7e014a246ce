"""Statistics: sums out of the books that the projector `sales` keeps, each answer at one position of the log.

`calendar` knows where periods of a time zone begin, `pieces` cuts a range of time into the slots that sums are kept
by, `books` says which sums answer which question. Each other module is one question.
"""
