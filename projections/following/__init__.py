"""Keep the read tables up with the log: a `follower` for each projector takes page after page of it, under a lease."""
