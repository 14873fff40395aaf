"""Escalation of struggling placements: a policy that is data, and pure rules that say what follows from it.

Automation opens, informs and chases; a named person decides. Nothing here knows of a database, a mail or a route:
facts and an instant go in, what should happen comes out.
"""
