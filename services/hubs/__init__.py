"""The hubs service: student learning hubs, their sessions and registers, and reflections that belong to the student.

It owns who is in which hub and who came. It knows placements only by following their news, and it decides nothing about a
placement: absence patterns are published as numbers, and the placements service judges them by its policy.
"""
