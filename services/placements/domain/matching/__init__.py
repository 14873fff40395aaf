"""Exact, explained matching of students to places.

The inputs of a match run are frozen and hashed; hard rules decide which pairs of request and offer are
possible; the aims of the round are made optimal one after another; a lottery of published seed settles what
is left, so that the result is unique.

`codes`, `inputs`, `canonical`, `journey`, `result` and `check` need nothing but the standard library and may
be imported by a process that serves requests. Everything else imports numpy or HiGHS and belongs to the
process that runs the match.
"""
