"""A computation that takes longer than anybody waits, and says when it has begun."""

import sys
import time

if __name__ == "__main__":
    sys.stderr.write("begun\n")
    sys.stderr.flush()
    time.sleep(60)
