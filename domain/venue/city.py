"""The city of a venue for which nobody has named one."""

CITY_CHARS_MAX = 100


def city_of(address: str) -> str:
    """What stands behind the last comma of an address, without words that have a digit in them: postal codes and
    districts. Empty where there is no comma, or no city.

    "Piazza Castello 215, 10124 Torino" is in Torino, "31 Quay Street, Bristol BS1" in Bristol.
    """
    _, comma, last = address.rpartition(",")
    words = [word for word in last.split() if not any(map(str.isdigit, word))] if comma else []
    city = " ".join(words)
    return city if len(city) <= CITY_CHARS_MAX else ""
