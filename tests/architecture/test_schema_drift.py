"""A database built by the revisions is the database the models describe, and every revision can be taken back."""

import re

import pytest
from alembic.script import ScriptDirectory

from migrations.histories import KIT_TABLES, MODELS
from tests.architecture.checkout import modules, named
from tests.architecture.schemas import alembic_for, migrate, schema_of
from tests.databases import Databases, build_template

every_history = pytest.mark.parametrize("history", sorted(MODELS))


@every_history
def test_the_revisions_end_where_the_models_are(databases: Databases, history: str) -> None:
    by_revisions, by_models = databases.empty(), databases.empty()
    migrate(alembic_for(history, by_revisions), up="head")
    build_template(history, by_models)
    assert schema_of(by_revisions) == schema_of(by_models)


@every_history
def test_every_revision_goes_down_and_up_again(databases: Databases, history: str) -> None:
    url = databases.empty()
    config = alembic_for(history, url)
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    migrate(config, up="head")
    seen = [schema_of(url)]
    for _ in steps:
        migrate(config, down="-1")
        seen.append(schema_of(url))
    assert seen.pop() == [], "the last step down must leave nothing"
    for step in reversed(steps):
        migrate(config, up=step)
        assert schema_of(url) == seen.pop()


@every_history
def test_a_history_has_one_head(history: str) -> None:
    script = ScriptDirectory.from_config(alembic_for(history, "postgresql+psycopg://nowhere"))
    assert len(script.get_heads()) == 1


def test_no_table_of_the_kit_is_forgotten() -> None:
    declare = {
        path
        for path in modules("shared")
        if re.search(r"^\s+KIT,$|\(KIT,", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {named(path).removesuffix(".py").replace("/", ".") for path in declare} == set(KIT_TABLES)
