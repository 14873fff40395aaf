"""How the four databases come to be and change: one history each, all run by one `env.py`."""
