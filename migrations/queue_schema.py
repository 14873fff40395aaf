"""The job queue's own tables, types and functions, as the installed version of procrastinate defines them.

They are part of the first revision of every database that has jobs. They belong to that library and are never compared
with our models.
"""

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection

OWN_PREFIX = "procrastinate_"
"""Everything the queue makes is called so, but for two indexes on its own tables."""

_DROP = """
do $$
declare thing text;
begin
    for thing in select format('drop table %I cascade', relname) from pg_class
        where relkind = 'r' and relname like 'procrastinate\\_%'
        and relnamespace = current_schema()::regnamespace
    loop execute thing; end loop;
    for thing in select format('drop function %s cascade', oid::regprocedure) from pg_proc
        where proname like 'procrastinate\\_%' and pronamespace = current_schema()::regnamespace
    loop execute thing; end loop;
    for thing in select format('drop type %I cascade', typname) from pg_type
        where typname like 'procrastinate\\_%' and typtype in ('c', 'e')
        and typnamespace = current_schema()::regnamespace
    loop execute thing; end loop;
end
$$
"""


def make_queue(connection: Connection) -> None:
    """Make the queue's tables, types and functions, inside the caller's transaction."""
    _run(connection, SchemaManager.get_schema())


def drop_queue(connection: Connection) -> None:
    """Remove the queue with all its jobs, inside the caller's transaction."""
    _run(connection, _DROP)


def _run(connection: Connection, script: str) -> None:
    as_it_is = {"no_parameters": True}  # it is full of per cent signs
    connection.exec_driver_sql(script, execution_options=as_it_is)


def is_queue(table: str | None) -> bool:
    """Whether a table belongs to the queue and not to us."""
    return table is not None and table.startswith(OWN_PREFIX)
