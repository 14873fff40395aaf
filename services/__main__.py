"""`python -m services` is `practicum`."""

from services.cli import app

if __name__ == "__main__":
    app()
