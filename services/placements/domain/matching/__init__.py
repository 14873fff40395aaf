"""Exact, explained matching of students to places.

The inputs of a match run are frozen and hashed; hard rules decide which pairs of request and offer are
possible; the aims of the round are made optimal one after another; a lottery of published seed settles what
is left, so that the result is unique.

The way of a run: `rules` and `survey` say what is forbidden and `preferences` what is liked, `feasible` keeps the `pairs`
that are left, `aims` and `limits` make a `model` of them, `solve` finds the best, `certify` proves it, `explain` tells it.

Whoever checks a result shares none of that: `allowed` and `check`, `gains`, `possible` and `bound` say the same again in
words of their own, so that one mistake cannot hide in both. Who changes a rule or an aim changes it on both sides.

A process that serves requests imports what needs nothing but the standard library: inputs and results, their reading and
writing, `check`, words and pictures. What imports numpy or HiGHS belongs to the process that runs or checks a match.
"""
