"""Which student goes to which hub: exact, and explained to each student.

As many students as possible get a hub; then hubs are of a comfortable size, universities are mixed, and nobody travels far.
`inputs` and `nearness` need only the standard library; `solve` loads HiGHS when it is first asked.
"""
