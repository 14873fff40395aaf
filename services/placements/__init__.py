"""The placements service: rounds, offers, requests, matching, placements and concerns.

It owns the partnership's reference data (organisations, settings, programmes, students, people), the matching of students to
places, a placement's course from proposal to its end, and the escalation of struggling placements. It does not own what is
known about practice educators (educators) nor what happens in student hubs (hubs): it asks the one and listens to both.
"""
