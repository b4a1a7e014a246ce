"""The season that the demo puts on sale: examples/season.json, wherever this program is installed."""

from importlib.resources import files
from pathlib import Path

from cli.importing.reading import parsed_season
from cli.importing.season import Season

NAME = "season.json"


def demo_season() -> Season:
    """The same file in both places: a wheel carries it beside this module, a checkout keeps it in `examples/`."""
    packaged = files("cli.demo").joinpath(NAME)
    if packaged.is_file():
        return parsed_season(packaged.read_bytes(), NAME)
    return parsed_season((Path(__file__).parents[2] / "examples" / NAME).read_bytes(), NAME)
