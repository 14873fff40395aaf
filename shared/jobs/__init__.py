"""Work in the background: a queue of jobs enqueued with the change that wants them, and sweeps that look for what is due."""
