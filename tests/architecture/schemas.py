"""What PostgreSQL says a schema is: Alembic's own comparison misses CHECKs, EXCLUDEs and partial predicates."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

from services.development.addresses import conninfo

INI = Path(__file__).parents[2] / "migrations" / "alembic.ini"

NOT_COMPARED = r"{name} not like 'procrastinate\_%' and {name} <> 'alembic_version'"
TABLE = NOT_COMPARED.format(name="t.relname")

COLUMNS = f"""
    select format('column %s.%s: %s%s default %s %s %s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated)
    from pg_attribute a join pg_class t on t.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    where t.relkind in ('r', 'p') and t.relnamespace = 'public'::regnamespace
    and a.attnum > 0 and not a.attisdropped and {TABLE}"""

CONSTRAINTS = f"""
    select format('constraint %s on %s: %s', c.conname, t.relname, pg_get_constraintdef(c.oid))
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.connamespace = 'public'::regnamespace and c.contype <> 'n' and {TABLE}"""

INDEXES = f"""
    select format('index: %s', i.indexdef) from pg_indexes i
    where i.schemaname = 'public' and {NOT_COMPARED.format(name="i.tablename")}"""

TRIGGERS = f"""
    select format('trigger on %s: %s', t.relname, pg_get_triggerdef(g.oid))
    from pg_trigger g join pg_class t on t.oid = g.tgrelid where not g.tgisinternal and {TABLE}"""

FUNCTIONS = f"""
    select format('function: %s', pg_get_functiondef(p.oid)) from pg_proc p
    where p.pronamespace = 'public'::regnamespace and {NOT_COMPARED.format(name="p.proname")}
    and not exists (select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e')"""

OTHERS = f"""
    select format('relation of kind %s: %s', t.relkind, t.relname) from pg_class t
    where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'S', 'v', 'm') and {TABLE}
    and not exists (select 1 from pg_depend e where e.objid = t.oid and e.deptype = 'e')"""


def schema_of(url: str) -> list[str]:
    """Every column, constraint, index, trigger, function and relation of a database, one line each, sorted."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        asked = (COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, FUNCTIONS, OTHERS)
        return sorted(line for query in asked for (line,) in connection.execute(query).fetchall())


def alembic_for(history: str, url: str, versions: Path | None = None) -> Config:
    """Alembic's configuration of a history, working on the database at `url`."""
    config = Config(INI, ini_section=history)
    config.attributes["url"] = url
    if versions is not None:
        config.set_section_option(history, "version_locations", str(versions))
    return config


def migrate(config: Config, *, up: str | None = None, down: str | None = None) -> None:
    """Take a database up or down to a revision."""
    if up is not None:
        command.upgrade(config, up)
    if down is not None:
        command.downgrade(config, down)
