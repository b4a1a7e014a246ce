"""The verbs of `seatledger keys`."""

from datetime import timedelta
from pathlib import Path

import click
import orjson

from cli.command_pool import command_pool
from cli.database import database
from cli.keys.rewrapping import SEAL_SECRETS, rewrap, rewrap_seal_keys
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.production import must_suit_production
from cli.projecting import projector_pool
from cli.sealing.worker import sealer
from cli.secrets import master_key
from cli.stopped import Stopped
from runtime.authentication import signing_key_table as table
from runtime.authentication.authentication import LIFE_MAX
from runtime.authentication.signing_key import new_signing_key
from runtime.ids import utc_now
from runtime.serving import run
from runtime.settings import Settings, TokenAlgorithm

HEARD_WITHIN = timedelta(minutes=5)
"""How long a process may go on signing with the old key before it has heard of the new one."""


@click.command("list")
@as_json_option
@data_dir_option
def list_keys(*, as_json: bool, data_dir: Path | None) -> None:
    """Show the keys that tokens are verified with, the one that signs first."""
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        rows = run(_listed(dsn))
    if as_json:
        shown = [
            {
                "kid": row.kid,
                "algorithm": row.algorithm,
                "created_at": row.created_at,
                "not_after": row.not_after,
            }
            for row in rows
        ]
        click.echo(orjson.dumps({"keys": shown}, option=orjson.OPT_UTC_Z).decode())
        return
    for row in rows:
        use = "signs" if row.not_after is None else f"verifies until {row.not_after:%Y-%m-%d %H:%M:%S}Z"
        click.echo(f"{row.kid}  {row.algorithm}  made {row.created_at:%Y-%m-%d %H:%M:%S}Z  {use}")


async def _listed(dsn: str) -> list[table.KeyRow]:
    async with command_pool(dsn, "keys") as pool:
        return await table.public_keys(pool, utc_now())


@click.command("rotate")
@click.option(
    "--algorithm",
    type=click.Choice([each.value for each in TokenAlgorithm]),
    help="What the new key is for.  [default: as SEATLEDGER_TOKEN_ALGORITHM]",
)
@data_dir_option
def rotate(*, algorithm: str | None, data_dir: Path | None) -> None:
    """Sign with a new key from now on. The old one verifies until its last token has expired."""
    settings = _settings(data_dir)
    chosen = settings.token_algorithm if algorithm is None else TokenAlgorithm(algorithm)
    with database(settings) as dsn:
        kid = run(_rotated(dsn, settings, chosen))
    click.echo(f"signing with {kid} ({chosen.value})")


async def _rotated(dsn: str, settings: Settings, algorithm: TokenAlgorithm) -> str:
    now = utc_now()
    key = new_signing_key(algorithm, now)
    async with command_pool(dsn, "keys") as pool:
        await table.drop_ended(pool, now)
        # The longest life that any process may give a token: this shell need not have the servers' settings.
        await table.rotate(pool, key, master_key(settings), now + LIFE_MAX + HEARD_WITHIN)
    return key.kid


@click.command("retire")
@click.argument("kid")
@data_dir_option
def retire(*, kid: str, data_dir: Path | None) -> None:
    """End a key at once, and with it every token that it has signed: everybody who has one signs in again."""
    settings = _settings(data_dir)
    with database(settings) as dsn:
        if not run(_retired(dsn, settings, kid)):
            raise Stopped(f"there is no signing key {kid}: seatledger keys list shows them")
    click.echo(f"{kid} is gone; what it signed counts no more")


async def _retired(dsn: str, settings: Settings, kid: str) -> bool:
    successor = new_signing_key(settings.token_algorithm, utc_now())
    async with command_pool(dsn, "keys") as pool:
        return await table.retire(pool, kid, successor, master_key(settings))


@click.command("rotate-master")
@data_dir_option
def rotate_master(*, data_dir: Path | None) -> None:
    """Wrap every secret with the first key of SEATLEDGER_MASTER_KEY; afterwards the others can be left out of it.

    Before, every process must have been started with both keys, the new one first. It may be ended and run again.
    """
    settings = _settings(data_dir)
    with database(settings) as dsn:
        done = run(_rewrapped(dsn, settings))
    for name, number in done.items():
        click.echo(f"{name}: {number} wrapped anew")


async def _rewrapped(dsn: str, settings: Settings) -> dict[str, int]:
    async with command_pool(dsn, "keys") as pool:
        done = await rewrap(pool, master_key(settings))
    async with projector_pool(dsn, settings) as pool:
        return {**done, SEAL_SECRETS: await rewrap_seal_keys(sealer(pool, settings))}


def _settings(data_dir: Path | None) -> Settings:
    settings = settings_with(data_dir=data_dir)
    must_suit_production(settings)
    return settings


command = click.Group(
    "keys",
    [list_keys, rotate, retire, rotate_master],
    help="Keys that sign access tokens, and the one that wraps secrets.",
)
