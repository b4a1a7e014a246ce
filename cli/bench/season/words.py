"""Words that a season is made of. Some have accents, some are rare, some are in every second name."""

from typing import NamedTuple


class City(NamedTuple):
    """Where houses stand."""

    name: str
    timezone: str


def _each(names: str) -> list[str]:
    return names.split(",")


CITIES = tuple(
    City(name, zone)
    for zone, names in {
        "Europe/Rome": "Torino Milano Roma Napoli Bologna Firenze Venezia Palermo Trieste Genova Bari Forlì Cefalù",
        "Europe/Madrid": "Madrid Barcelona Sevilla Málaga Cádiz Bilbao Córdoba Valencia",
        "Europe/Paris": "Paris Lyon Orléans Besançon Nîmes Marseille Lille",
        "Europe/Berlin": "Berlin Köln München Düsseldorf Leipzig Nürnberg Dresden Lübeck",
        "Europe/Vienna": "Wien Graz Salzburg",
        "Europe/Zurich": "Zürich Genève Basel",
        "Europe/London": "London Manchester Edinburgh Bristol",
        "Europe/Lisbon": "Lisboa Porto Évora",
        "Europe/Warsaw": "Kraków Gdańsk Wrocław Łódź",
        "America/New_York": "Boston Philadelphia Baltimore",
    }.items()
    for name in names.split()
)
HOUSES = _each("Teatro,Auditorium,Sala,Arena,Opera,Philharmonie,Stadthalle,Palais,Casino,Kursaal")
PATRONS = _each("Regio,Verdi,Dante,Garibaldi,Europa,Nuovo,Comunale,Massimo,Reale,Olympia,Apollo,Metropol")

BY_CATEGORY: dict[str, tuple[str, ...]] = {
    "opera": ("La Bohème", "Tosca", "Aida", "Rigoletto", "Carmen", "Così fan tutte", "Die Zauberflöte", "Nabucco",
              "Turandot", "Götterdämmerung", "Eugene Onegin", "Norma"),
    "concert": ("Symphony No. 5", "Requiem", "Eine kleine Nachtmusik", "Piano Recital", "String Quartets",
                "New Year's Concert", "Fado Night", "Winterreise", "Jazz at Midnight", "Songs of the Sea"),
    "theatre": ("Hamlet", "Twelfth Night", "Cyrano de Bergerac", "The Cherry Orchard", "Faust", "Tartuffe",
                "Life is a Dream", "Waiting for Dawn", "The Miser", "Mother Courage"),
    "dance": ("Swan Lake", "Giselle", "Flamenco Gala", "The Nutcracker", "Tango Argentino", "Coppélia"),
    "rock": ("Live on Stage", "Farewell Tour", "Unplugged", "Summer Nights", "The Reunion", "Loud and Clear"),
    "comedy": ("Stand-up Night", "Open Mic", "Laugh Factory", "The Improvisers", "One Man, Many Voices"),
    "family": ("Peter and the Wolf", "Puppet Theatre", "The Snow Queen", "Circus of Dreams", "Magic Hour"),
    "sport": ("Basketball League", "Ice Hockey Cup", "Boxing Gala", "Volleyball Finals", "Tennis Open"),
}  # fmt: skip
CATEGORIES = tuple(BY_CATEGORY)
COMPANIES = _each(
    "Camerata,Ensemble Aurora,Compagnia del Sole,Orchestra Giovanile,Ballet Nacional,Les Enfants,The Nightjars,"
    "Quartetto Ambra,Chor der Stadt,Theatre Without Walls,Los Vecinos,Die Spielleute,Cantores,The Lanterns,"
    "Filarmonica,Teatr Nowy,Companhia do Mar,Northern Lights,Banda Azul,La Petite Troupe"
)
GUESTS = _each(
    "Ottavia Brandt,Émile Laurent,Søren Vik,Inés Quintana,Zdeněk Horák,Maja Nowicka,Lorenzo Fabbri,Ángela Peña,"
    "Tomás Ferreira,Greta Lindqvist,Noor Haddad,Caspar Weiss,Beatrice Conti,Aoife Byrne,Jürgen Krämer"
)
RARE = ("Theremin", "Hurdy-gurdy", "Glockenspiel", "Xylophone", "Zarzuela")
"""Each in about one name of a thousand."""

SERIES = "Museum of Clocks"
"""The series of very many dates."""

FIRST_NAMES = _each(
    "Ana,Luca,Marie,Jonas,Inés,Pawel,Chiara,Hugo,Sofia,Emil,Nadia,Théo,Marta,Felix,Lucía,Oskar"
)
LAST_NAMES = _each(
    "Ruiz,Bianchi,Dupont,Müller,García,Kowalski,Ferrari,Novák,Silva,Schmidt,Moreau,Rossi,Weber,Lopes,Fischer,Greco,"
    "Martín,Keller,Costa,Jansen"
)

TICKET_TYPES = (("Premium", 9_500), ("Standard", 4_800), ("Balcony", 2_900))
"""What the houses sell, dearest first."""
