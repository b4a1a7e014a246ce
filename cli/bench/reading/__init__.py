"""What a read client asks, over a season: how many answers a second, and how long one takes."""
