"""A stack of three tiny processes under the real supervisor, run as a process of its own so that it can be killed.

Arguments: the folder of its home, its first port, and optionally the URL of a server to use instead of its own PostgreSQL.
"""

import asyncio
import sys
from pathlib import Path

from services.development.cannot_start import CannotStart
from services.development.home import Home
from services.development.stack import Part, Stack
from services.development.supervisor import Supervisor

ANSWERS = """
import http.server, signal, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
WORKS = "import time; time.sleep(600)"
FAILS = "raise SystemExit('no')"


class SmallStack(Stack):
    """As the real one, with processes that start in no time."""

    def parts(self) -> list[Part]:
        name = "identity"
        return [
            Part(name, (sys.executable, "-c", ANSWERS, str(self.port(name))), self.port(name)),
            Part("hubs", (sys.executable, "-c", ANSWERS, str(self.port("hubs"))), self.port("hubs")),
            Part("hubs-worker", (sys.executable, "-c", WORKS)),
        ]

    def preparation(self) -> Part:
        return Part("migrate", (sys.executable, "-c", "import os; assert os.environ['DATABASE_URL']"))


class FailingStack(SmallStack):
    """One of its parts never starts."""

    def parts(self) -> list[Part]:
        return [*super().parts(), Part("educators", (sys.executable, "-c", FAILS))]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(kind: str, folder: str, port: str, server: str | None = None) -> int:
    home = Home(Path(folder))
    stack = {"small": SmallStack, "failing": FailingStack}[kind](home, int(port))
    greeting = Part("welcome", (sys.executable, "-c", "print('serving', flush=True)"))
    try:
        with home.held():
            asyncio.run(Supervisor(stack, server, say).run([greeting]))
    except CannotStart as reason:
        say(str(reason))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
