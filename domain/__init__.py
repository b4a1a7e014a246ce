"""What can be decided about venues, ticket types, shows, bookings and people: pure, no I/O, no clock, no random ids.

Each aggregate is a folder with the same files: `commands` (what may be asked), `facts` (what has happened, the storage
format), `refusals` (every "no"), `state` (the fold), `evolve` (fact by fact) and `decide` (command by command).
"""
