"""Which city an address is in."""

import pytest

from domain.venue.city import city_of


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("Piazza Castello 215, Torino", "Torino"),
        ("Piazza Sant'Aurelio 4, 10123 Torino", "Torino"),
        ("31 Quay Street, Bristol BS1", "Bristol"),
        ("Ackerzeile 9, 2. Hinterhof, 10115 Berlin", "Berlin"),
        ("Carrer de l'Esport 45,  08100  Mollet  del  Vallès ", "Mollet del Vallès"),
        ("Piazza Castello 215", ""),
        ("", ""),
        (",", ""),
        ("Somewhere, 1040", ""),
        ("Somewhere, " + "x" * 100, "x" * 100),
        ("Somewhere, " + "x" * 101, ""),
    ],
)
def test_the_city_stands_behind_the_last_comma(address: str, city: str) -> None:
    assert city_of(address) == city
