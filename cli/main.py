"""`seatledger`: the verbs, and how they fail: in one line that says the way out, with exit code 1."""

import sys
from importlib import import_module

import click

# Each verb is a file, imported when it is used: a start pays for nothing it does not need.
VERBS = {
    "up": "cli.up",
    "serve": "cli.serve",
    "project": "cli.project",
    "seal": "cli.seal",
    "watch": "cli.watch",
    "migrate": "cli.migrate",
    "status": "cli.status",
    "rebuild": "cli.rebuild",
    "retry": "cli.retry",
    "backup": "cli.backing_up.backup",
    "restore": "cli.backing_up.restore",
    "upgrade-postgres": "cli.backing_up.upgrade_postgres",
    "skip": "cli.skip",
    "import": "cli.importing.command",
    "users": "cli.users.command",
    "keys": "cli.keys.command",
    "audit": "cli.audit",
    "bench": "cli.bench.command",
}


class Verbs(click.Group):
    """The group of verbs, loaded one at a time."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = VERBS.get(cmd_name)
        command = import_module(module).command if module else None
        return command if isinstance(command, click.Command) else None


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="seatledger")
def commands() -> None:
    """Seatledger: an event-sourced box office."""


def main() -> None:
    """The entry point of the `seatledger` command."""
    from cli.failures import one_line  # noqa: PLC0415 - only a failure needs what it knows

    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        line = one_line(error)
        if line is None:
            raise
        click.echo(f"seatledger: {line}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
