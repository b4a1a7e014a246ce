"""Searching for events as a visitor types."""

from datetime import timedelta
from typing import Any

import pytest

from domain.show.facts import ShowDeleted, ShowDetailsChanged
from domain.show.offer import Offer
from resources.search import FoundEvents
from runtime.ids import new_id
from tests.projections.season import eur, on_sale, scheduled
from tests.projections.writing import NOON
from tests.query_api.conftest import World

DAY = timedelta(days=1)


@pytest.fixture
async def season(world: World) -> World:
    """Two nights of La Bohème in Torino, Tosca in Łódź with a description about a café, one show in Sendai."""
    cheap = (Offer(new_id(), "Cheap", eur(1_500)),)
    shows = [
        scheduled("La Bohème", city="Torino", starts_at=NOON + DAY),
        scheduled("La Bohème", city="Torino", starts_at=NOON + 40 * DAY),
        scheduled("Tosca", city="Łódź", venue_name="Teatr Wielki", starts_at=NOON + 2 * DAY, offers=cheap),
        scheduled("Bohemian nights", category="jazz", venue_name="Café Ørsted", starts_at=NOON + 3 * DAY),
        scheduled(
            "能と狂言", category="noh", city="仙台市", venue_name="あおば芸術劇場", starts_at=NOON + 4 * DAY
        ),
        scheduled("La Bohème", city="Torino", starts_at=NOON - DAY),
    ]
    for show in shows:
        await world.log.append(f"show-{show.show_id}", *on_sale(show))
    await world.project()
    return world


async def found(world: World, q: str, **query: Any) -> dict[str, Any]:
    answer = await world.get("/events/search", q=q, **query)
    assert answer.status_code == 200, answer.text
    FoundEvents.model_validate(answer.json())
    body: dict[str, Any] = answer.json()
    return body


def names(body: dict[str, Any]) -> list[str]:
    return [item["name"] for item in body["items"]]


FOUND = [
    ("boheme", ["La Bohème", "La Bohème"]),
    ("BOHÈME", ["La Bohème", "La Bohème"]),
    ("boh", ["La Bohème", "Bohemian nights", "La Bohème"]),
    ("boheme torino", ["La Bohème", "La Bohème"]),
    ("torino boheme tosca", []),
    ("lodz", ["Tosca"]),
    ("wielki", ["Tosca"]),
    ("orsted cafe", ["Bohemian nights"]),
    ("jazz", ["Bohemian nights"]),
    ("acts tosca", ["Tosca"]),
    ("芸術", ["能と狂言"]),
    ("劇場 仙台", ["能と狂言"]),
]


async def test_words_are_found_wherever_they_stand_and_however_they_are_written(season: World) -> None:
    for q, expected in FOUND:
        body = await found(season, q)
        assert (q, names(body), body["corrected"], body["total"]) == (q, expected, None, len(expected))


async def test_a_mistyped_word_is_replaced_by_the_nearest_and_the_answer_says_so(season: World) -> None:
    for q, corrected, expected in (
        ("bohmee", "boheme", {"La Bohème"}),
        ("la bohemme", "la boheme", {"La Bohème"}),
        ("tosak", "tosca", {"Tosca"}),
        ("xyzzyplugh", None, set()),
        ("tosca xyzzyplugh", None, set()),
    ):
        body = await found(season, q)
        assert (q, body["corrected"], set(names(body))) == (q, corrected, expected)


async def test_a_correction_tells_nobody_a_word_of_what_they_may_not_see(season: World) -> None:
    draft = scheduled("Zauberflöte bohemias")
    await season.happened(f"show-{draft.show_id}", draft)
    assert (await found(season, "zauberflote"))["total"] == 0
    for q in ("zauberflotte", "zauberflote bohemiaz"):
        body = await found(season, q)
        assert (q, body["total"], body["corrected"]) == (q, 0, None)
    # The word of the draft is the nearest, and another one has been found.
    body = await found(season, "bohemiass")
    assert "Bohemian nights" in names(body)
    assert body["corrected"] == "bohemian"
    seen = await season.get("/events/search", "clerk", q="zauberflotte")
    assert seen.json()["corrected"] == "zauberflote"


async def test_a_whole_word_in_the_name_comes_before_a_beginning_and_both_before_other_places(
    world: World,
) -> None:
    for name, place in (("Ring cycle", ""), ("Ringo", ""), ("The Ring", ""), ("Other", "Ring")):
        show = scheduled(
            name, city=place, starts_at=NOON + (1 if name == "Other" else 2 if name == "Ringo" else 3) * DAY
        )
        await world.log.append(f"show-{show.show_id}", *on_sale(show))
    await world.project()
    body = await found(world, "ring")
    assert (set(names(body)[:2]), names(body)[2:]) == ({"Ring cycle", "The Ring"}, ["Ringo", "Other"])


async def test_highlights_mark_the_words_in_the_text_as_it_is_written(season: World) -> None:
    body = await found(season, "boheme torino")
    assert body["items"][0]["highlights"] == {"name": "La <em>Bohème</em>", "city": "<em>Torino</em>"}
    [tosca] = (await found(season, "tosca act"))["items"]
    assert tosca["highlights"] == {"name": "<em>Tosca</em>", "description": "In four <em>acts</em>"}
    [noh] = (await found(season, "芸術 仙台"))["items"]
    assert noh["highlights"] == {"venue": "あおば<em>芸術</em>劇場", "city": "<em>仙台</em>市"}
    corrected = (await found(season, "bohemme"))["items"][0]
    assert corrected["highlights"] == {"name": "La <em>Bohème</em>"}


async def test_a_text_is_no_html_whatever_is_in_it(world: World) -> None:
    show = scheduled('<b>Rock</b> & "Roll" <script>')
    await world.happened(f"show-{show.show_id}", *on_sale(show))
    [item] = (await found(world, "rock"))["items"]
    assert (
        item["highlights"]["name"] == "&lt;b&gt;<em>Rock</em>&lt;/b&gt; &amp; &quot;Roll&quot; &lt;script&gt;"
    )


async def test_facets_count_everything_found(season: World) -> None:
    body = await found(season, "", limit=1)
    assert body["total"] == 5
    assert body["facets"]["city"] == [
        {"value": "Torino", "count": 2},
        {"value": "Łódź", "count": 1},
        {"value": "仙台市", "count": 1},
    ]
    assert body["facets"]["category"][0] == {"value": "opera", "count": 3}
    assert body["facets"]["month"] == [{"value": "2027-03", "count": 4}, {"value": "2027-04", "count": 1}]
    assert body["facets"]["price"] == [
        {"from": 1000, "to": 1999, "currency": "EUR", "count": 1},
        {"from": 2000, "to": 4999, "currency": "EUR", "count": 4},
    ]
    filtered = await found(season, "boheme", city="TORINO", to="2027-03-10")
    assert (filtered["total"], filtered["facets"]["city"]) == (1, [{"value": "Torino", "count": 1}])


async def test_who_needs_no_facets_is_spared_them(season: World) -> None:
    with_facets, without = await found(season, "boheme"), await found(season, "boheme", facets="false")
    assert without == {**with_facets, "facets": {"city": [], "category": [], "month": [], "price": []}}
    assert (await found(season, "bohemme", facets="false"))["corrected"] == "boheme"


async def test_a_search_takes_the_filters_of_the_list(season: World) -> None:
    assert (await found(season, "boheme", upcoming="false"))["total"] == 3
    assert (await found(season, "boheme", available="true"))["total"] == 2
    assert (await found(season, "boheme", available="false"))["total"] == 0
    assert (await found(season, "in", price_max=1_999))["total"] == 1


async def test_its_pages_meet(season: World) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 1, "upcoming": "false"}
    for _ in range(9):
        body = await found(season, "b", **query)
        assert body["total"] == 4
        seen += [item["id"] for item in body["items"]]
        if body["next"] is None:
            break
        query["cursor"] = body["next"]
    whole = await found(season, "b", upcoming="false")
    assert seen == [item["id"] for item in whole["items"]]
    assert len(set(seen)) == 4
    assert (await found(season, "b", skip=4))["total"] == 3


async def test_what_changes_is_found_by_its_new_words_only(world: World) -> None:
    show = scheduled("Tosca", city="Torino")
    stream = f"show-{show.show_id}"
    await world.happened(stream, *on_sale(show))
    await world.happened(stream, ShowDetailsChanged(show.show_id, "Turandot", NOON, "", "opera"))
    assert names(await found(world, "tosca")) == []
    assert names(await found(world, "turandot torino")) == ["Turandot"]
    await world.happened(stream, ShowDeleted(show.show_id, NOON))
    assert names(await found(world, "turandot")) == []


async def test_a_draft_is_found_by_staff_only(world: World) -> None:
    show = scheduled("Secret")
    await world.happened(f"show-{show.show_id}", show)
    assert names(await found(world, "secret")) == []
    assert names((await world.get("/events/search", "clerk", q="secret")).json()) == ["Secret"]


NASTY = [
    "'", "''", "\\", "\\'", "a'b", "'a' & 'b'", "a | b", "!a", "a:*", "a:A", "a <-> b", "(", "((a", "%", "_", "a%b",
    "$1", "; DROP TABLE search",
    " " * 200, "🎭", "🎭 tosca 🎭", "מוזיקה", "\u0645\u0648\u200e", "\u202etosca", "x" * 200,
    "a " * 100, "\t\n", "é" * 100, "ﬀ", "½", "İ", "\ufeff", "{0}", "{}", "--", "/*",
]  # fmt: skip


async def test_whatever_is_typed_is_only_ever_words(season: World) -> None:
    for q in NASTY:
        body = await found(season, q)
        assert body["total"] >= len(body["items"])
        answer = await season.get("/events", q=q)
        assert answer.status_code == 200, q
    assert names(await found(season, "🎭 tosca 🎭")) == ["Tosca"]
    assert (await season.client.get("/api/v1/events/search?q=%00")).status_code in (400, 422)
    assert (await season.get("/events/search", q="x" * 201)).status_code == 422
