"""Secrets that nobody gave us: made up once and kept in the data folder, readable by its owner only."""

import os
from pathlib import Path
from typing import NamedTuple

from runtime.ids import new_bytes, new_secret
from runtime.master_key import KEY_BYTES, MasterKey, master_keys
from runtime.settings import BadSettings, Settings

ADMIN_FILE = "administrator"
MASTER_KEY_FILE = "master-key"
ADMIN_EMAIL = "admin@seatledger.local"


class Administrator(NamedTuple):
    """The first administrator's sign-in; `is_new` when it has just been made up and must be shown."""

    email: str
    password: str
    is_new: bool


def master_key(settings: Settings) -> MasterKey:
    """What wraps the secrets in the database. Raises BadSettings when the file in the data folder holds no key."""
    if settings.master_key is not None:
        return MasterKey(master_keys(settings.master_key))
    path = settings.data_dir / MASTER_KEY_FILE
    text, _ = _kept(path, new_bytes(KEY_BYTES).hex())
    try:
        return MasterKey(master_keys(text.strip()))
    except ValueError:
        raise BadSettings(f"{path}: holds no master key; restore it, or set SEATLEDGER_MASTER_KEY") from None


def administrator(settings: Settings) -> Administrator:
    """As the settings say, or as made up at the first start."""
    email = settings.admin_email or ADMIN_EMAIL
    if settings.admin_password is not None:
        return Administrator(email, settings.admin_password, is_new=False)
    password, is_new = _kept(settings.data_dir / ADMIN_FILE, new_secret(12))
    return Administrator(email, password, is_new)


def _kept(path: Path, fresh: str) -> tuple[str, bool]:
    """The file's content, or `fresh` written to it: made under another name first, so it is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    try:
        os.link(draft, path)
    except FileExistsError:
        return path.read_text(), False
    finally:
        draft.unlink()
    return fresh, True
