"""Wrapping every student's key by a new master key, for whoever runs the service: what is wrong is said in one sentence."""

import asyncio

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import OperationalError

from services.development.cannot_start import CannotStart
from services.hubs.domain.sealing import BadMasterKey, CannotUnseal
from services.hubs.jobs.rewrap_keys import rewrap_with
from services.hubs.settings import Settings
from services.hubs.wiring import MasterKeyMissing


def rewrap_all() -> int:
    """Wrap all keys as HUBS_... in the environment says; returns how many were wrapped by another master key before.

    Raises `CannotStart` where a setting, a key's file or the database is not to be had, or an old master key is missing.
    """
    try:
        return asyncio.run(rewrap_with(Settings()))
    except ValidationError as wrong:
        names = ", ".join("HUBS_" + "_".join(map(str, fault["loc"])).upper() for fault in wrong.errors())
        raise CannotStart(f"These settings are missing or cannot be read: {names}.") from None
    except (MasterKeyMissing, BadMasterKey, SettingsError) as wrong:
        raise CannotStart(str(wrong)) from None
    except OSError as wrong:
        raise CannotStart(
            f"A master key's file cannot be read: {wrong.strerror}, {wrong.filename}."
        ) from None
    except CannotUnseal:
        words = "Some keys were wrapped by a master key that is not given: name it in HUBS_RETIRED_MASTER_KEY_FILES."
        raise CannotStart(f"{words} Nothing is lost, and what was wrapped anew stays so.") from None
    except OperationalError:
        raise CannotStart("The database in HUBS_DATABASE_URL does not answer.") from None
