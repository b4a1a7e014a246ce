"""Seeds that once failed, each with the bug that it found. The suite runs them for ever.

A seed stands for a schedule of the simulation as it is: when the simulation itself changes, it stands for another
one. So each of these bugs has a test of its own at the lowest level besides, which is named here.
"""

FAILED: tuple[tuple[int, str], ...] = (
    # Below: test_nobody_is_refused_who_may_yet_be_served_by_an_append_that_has_not_even_arrived.
    (384, "somebody was refused, and served by an append that arrived after it had been given up"),
    # Below: test_when_everybody_has_given_up_nothing_is_kept_of_what_they_asked. Sees that bug as things are.
    (159, "commands in doubt were kept after everybody who waited for them had given up"),
    # Below: test_a_retry_that_waits_for_a_no_which_is_no_longer_true_is_decided_anew.
    (1069, "a retry was told a no that had been true before it came"),
    # Below: test_room.test_while_nothing_moves_the_first_waits_behind_no_more_than_twice_the_bound.
    (50_001_604, "a queue grew by one with each append that failed after a long silence"),
)
