"""What a newcomer reads when everything runs."""

import os
from pathlib import Path
from textwrap import dedent

from services.development.home import CHECKOUT, Home
from services.development.stack import Sandbox


def greeting(home: Home, token: str, here: Path) -> str:
    """Where everything answers, a token, and three lines to try. `here` is the folder they will be typed in."""
    sandbox = Sandbox.of(home)
    program = os.path.relpath(CHECKOUT / ".venv" / "bin" / "practicum", here)
    text = f"""
        Practicum runs.

          documentation  {sandbox.identity_url}
          placements     {sandbox.placements_url}/v1
          educators      {sandbox.educators_url}/v1
          hubs           {sandbox.hubs_url}/v1
          messages       {os.path.relpath(home.mail, here)}
          logs           {os.path.relpath(home.logs, here)}

        A token for the partnership's office, good for some minutes (others: practicum token --client with
        student, educator, facilitator, tutor, spring-student, panel-chair and others, once a season has been played):

        {token}

        Three things to try in another terminal:

          TOKEN=$("{program}" token --client {sandbox.client_id})
          curl -H "Authorization: Bearer $TOKEN" "{sandbox.placements_url}/v1/placements?limit=2"
          curl -H "Authorization: Bearer $TOKEN" "{sandbox.educators_url}/v1/register?limit=2"
          curl -H "Authorization: Bearer $TOKEN" "{sandbox.hubs_url}/v1/hubs?limit=2"

        Ctrl-C stops everything.
        """
    return dedent(text)
