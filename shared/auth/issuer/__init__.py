"""The embedded authorisation server, for partnerships without one of their own and for the sandbox.

It owns the clients and the signing keys. It knows nothing of placements, educators or hubs, and they only
know its published keys: any other issuer of RFC 9068 tokens can take its place.
"""
