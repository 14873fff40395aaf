"""A computation that never says anything: `python -m tests.placements.jobs.silent`."""

import time

if __name__ == "__main__":
    time.sleep(120)
