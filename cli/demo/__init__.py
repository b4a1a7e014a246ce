"""`seatledger up --demo`: a season on sale, and made-up customers who book, pay, change their minds or stay away.

They come through the command side's own write path in this process, so every rule applies and every fact is a real
one. Not through HTTP: thousands of access lines would push the sign-in that `up` has just printed off the screen.
"""
