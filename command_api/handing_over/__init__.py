"""One owner for each stream among the workers of a host: what another worker is asked is handed to it over a socket.

It is for speed and for nothing else. Whatever cannot be handed over is decided where it was asked, as between hosts.
"""
