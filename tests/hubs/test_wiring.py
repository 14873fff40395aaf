"""Without a good master key the service does not start."""

from pathlib import Path

import pytest

from services.hubs.domain.sealing import BadMasterKey, master_keys
from services.hubs.settings import Settings
from services.hubs.wiring import MasterKeyMissing, wire
from tests.hubs.factories import MASTER_KEY

URL = "postgresql+psycopg://nobody@127.0.0.1:1/hubs"


def settings(**more: object) -> Settings:
    return Settings.model_validate({"database_url": URL, **more})


async def test_the_master_key_comes_from_a_file_before_the_environment(tmp_path: Path):
    file = tmp_path / "master.key"
    file.write_text(MASTER_KEY + "\n", "ascii")
    parts = wire(settings(master_key_file=file, master_key="not looked at"))
    assert parts.keys == master_keys(MASTER_KEY)
    await parts.close()


async def test_retired_master_keys_come_from_files_too_and_still_open(tmp_path: Path):
    old = tmp_path / "old.key"
    old.write_text(MASTER_KEY + "\n", "ascii")
    wrapped = master_keys(MASTER_KEY).wrap(b"k" * 32, b"about")
    parts = wire(settings(master_key="bmV3" * 10 + "bmU=", retired_master_key_files=[old]))
    assert parts.keys.unwrap(wrapped, b"about") == b"k" * 32
    assert parts.keys.current_id != wrapped.master_key_id
    await parts.close()


async def test_without_a_master_key_the_service_does_not_start():
    with pytest.raises(MasterKeyMissing, match="HUBS_MASTER_KEY"):
        wire(settings())


async def test_with_a_broken_master_key_the_service_does_not_start():
    with pytest.raises(BadMasterKey):
        wire(settings(master_key="c2hvcnQ="))


async def test_settings_do_not_show_the_master_key():
    assert MASTER_KEY not in repr(settings(master_key=MASTER_KEY, retired_master_keys=[MASTER_KEY]))
