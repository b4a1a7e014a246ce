"""stub"""

import click


@click.command("project")
@click.option("--parent", type=int)
def command(parent: int | None) -> None:
    import time

    time.sleep(1000)
