"""The pages of documentation: their links lead somewhere, and they say everything they promise to say."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.main import VERBS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")

FLOORS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
METRIC = re.compile(r"\b(Counter|Gauge|Histogram)\(\s*\"(\w+)\"")

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

# Where packages come from is a matter of the machine that installs them, and no machine's folders are another's.
# Spelled as patterns, because this file must not hold them either.
FOREIGN = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s|docker[.]io|ghcr[.]io|quay[.]io|crates[.]io")
OWN_PATHS = re.compile(r"/[w]ork/|/[r]oot/|/[h]ome/|/[U]sers/|C:[\\]")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def links(page: Path) -> list[str]:
    """Everything a page links to, outside of code."""
    return LINK.findall(CODE.sub("", page.read_text("utf-8")))


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links, as GitHub makes it."""
    headings = HEADING.findall(
        re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_to_our_own_files_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leads out of the project"
        if anchor:
            assert anchor in anchors(target), f"{link}: there is no such heading"


def test_every_test_that_a_promise_rests_on_is_there() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/.]+)`", page)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    promises = page.partition("## What is promised")[2].partition("## What is not promised")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| **")]
    assert [row for row in rows if not re.search(r"`tests/|#simulation|#chaos|the same", row)] == []


def pages_behind(page: Path) -> set[Path]:
    """The pages that a page links to; a link to a folder leads to all the pages in it."""
    targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
    found = {each for target in targets for each in (target.glob("*.md") if target.is_dir() else [target])}
    return {each for each in found if each.suffix == ".md" and each.exists()}


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), {ROOT / "README.md"}
    while ahead:
        reached |= ahead
        ahead = {each for page in ahead for each in pages_behind(page)} - reached
    # The index leads to the others, as the README does; nothing has to lead to it.
    assert set(PAGES) - reached <= {ROOT / "docs" / "index.md"}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_no_page_names_a_registry_or_a_folder_of_somebodys_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert FOREIGN.findall(text) + OWN_PATHS.findall(text) == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_the_command_line_is_documented(verb: str) -> None:
    assert re.search(rf"^\| `seatledger {verb}\b", OPERATIONS, re.MULTILINE)


def declared_metrics() -> set[str]:
    """The names under which Prometheus sees every metric that is declared anywhere."""
    sources = [path.read_text("utf-8") for package in FLOORS for path in (ROOT / package).rglob("*.py")]
    found = [each for source in sources for each in METRIC.findall(source)]
    return {name + ("_total" if kind == "Counter" else "") for kind, name in found}


def test_exactly_the_metrics_there_are_are_documented() -> None:
    section = OPERATIONS.split("### Metrics", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == declared_metrics()


def test_the_picture_and_the_table_of_the_floors_name_every_floor() -> None:
    picture = " ".join(ElementTree.parse(ROOT / "docs" / "floors.svg").getroot().itertext())
    table = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [floor for floor in FLOORS if floor not in picture or f"| `{floor}/` |" not in table] == []


ALERTS = (ROOT / "deploy" / "alerts.yml").read_text("utf-8")
SUFFIXES = re.compile(r"_(bucket|count|sum)$")


def test_every_alert_has_a_runbook_of_its_name() -> None:
    named = re.findall(r"alert: (\w+)", ALERTS)
    runbooks = re.findall(r"runbook: docs/reliability\.md#([\w-]+)", ALERTS)
    assert runbooks == [name.lower() for name in named]
    assert set(runbooks) <= anchors(ROOT / "docs" / "reliability.md")


def test_alerts_ask_about_metrics_that_there_are() -> None:
    expressions = " ".join(re.findall(r"expr: (.*)", ALERTS))
    asked = {
        SUFFIXES.sub("", name) for name in re.findall(r"\b\w+(?=[\[{)])(?<!rate)", expressions) if "_" in name
    }
    assert asked
    assert asked - declared_metrics() == set()
