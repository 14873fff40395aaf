"""The books of a running stack: what must add up across its four databases, whatever happened to its processes."""

from collections.abc import Iterator
from typing import Any

from services.educators.operations.placement_changes import TYPES as EDUCATORS_FOLLOW
from services.hubs.jobs.follow_placements import TYPES as HUBS_FOLLOW
from services.placements.jobs.follow_educators import AWAY, CURRENCY
from services.placements.jobs.follow_hubs import HEARD
from shared.events.cursors import position_of
from tests.journeys.running import Running

SERVICES = ("placements", "educators", "hubs")
FOLLOWERS = (
    ("educators", "placements", EDUCATORS_FOLLOW),
    ("hubs", "placements", HUBS_FOLLOW),
    ("placements", "educators", (CURRENCY, *AWAY)),
    ("placements", "hubs", tuple(HEARD)),
)
"""Who follows whose news, and of which types."""


class Books:
    """The databases of a stack, read by SQL."""

    def __init__(self, running: Running) -> None:
        self._databases = {name: running.connect(name) for name in SERVICES}

    def close(self) -> None:
        for database in self._databases.values():
            database.close()

    def rows(self, service: str, statement: str) -> list[Any]:
        return self._databases[service].execute(statement).fetchall()

    def column(self, service: str, statement: str) -> list[Any]:
        """The single values of the rows, in order."""
        return sorted(row[0] for row in self.rows(service, statement))

    def count(self, service: str, rest: str) -> int:
        (number,) = self.column(service, f"select count(*) from {rest}")
        return int(number)

    def gaps(self) -> Iterator[str]:
        """Services whose events do not have each position from 1 to the last exactly once."""
        for service in SERVICES:
            positions = self.column(service, "select position from events where position is not null")
            unplaced = self.count(service, "events where position is null")
            (last,) = self.column(service, "select last_position from feed_state")
            if unplaced or positions != list(range(1, last + 1)):
                yield service

    def unaccounted_rows(self) -> Iterator[tuple[str, str]]:
        """Imports whose rows do not each have exactly one result, or that did not come to their end."""
        statement = (
            "select i.kind, i.status, i.rows_done, (select sum(n.value::int) from jsonb_each_text(i.counts) as n),"
            " (select array_agg(r.number order by r.number) from import_rows as r where r.import_id = i.id)"
            " from imports as i"
        )
        for service in SERVICES:
            for kind, status, done, counted, numbers in self.rows(service, statement):
                if status != "completed" or counted != done or numbers != list(range(1, done + 1)):
                    yield service, kind

    def unheard(self) -> Iterator[tuple[str, str]]:
        """Followers whom some news has not reached yet."""
        for follower, sister, types in FOLLOWERS:
            feed = f"followed_feeds where name = '{follower}.{sister}'"
            heard = max(position_of(cursor) for cursor in self.column(follower, f"select cursor from {feed}"))
            wanted = "', '".join(types)
            if self.count(
                sister, f"events where type in ('{wanted}') and coalesce(position, {heard + 1}) > {heard}"
            ):
                yield follower, sister

    def loose_ends(self) -> Iterator[tuple[str, str]]:
        """Jobs that failed or hang, and news of sisters that could not be taken in."""
        for service in SERVICES:
            if self.count(service, "procrastinate_jobs where status in ('failed', 'doing', 'todo')"):
                yield service, "jobs"
            if self.count(service, "followed_failures"):
                yield service, "news"

    def doubled(self, service: str, table: str, *columns: str) -> int:
        """How many combinations of these columns there are more than once."""
        names = ", ".join(columns)
        return self.count(service, f"(select 1 from {table} group by {names} having count(*) > 1) as twice")
