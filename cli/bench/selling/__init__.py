"""An on-sale as it comes: many shows, named seats, everything at once, a show that is long on sale."""
