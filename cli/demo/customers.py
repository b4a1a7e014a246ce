"""Made-up customers. Their names come from many languages, because real ones do; their addresses lead nowhere."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import NamedTuple

from command_api.customers import person
from domain.personal import Person
from runtime.privacy.people import People

DOMAIN = "example.org"


class Language(NamedTuple):
    """Names as they are written; `written=latin` where an address needs other letters than the name."""

    given: str
    family: str
    family_first: bool = False


LANGUAGES = (
    Language("Giulia, Marco, Chiara, Niccolò, Zoë", "Rossi, Dell'Acqua, Bergonzi, D'Angelo, Colò"),
    Language("Jürgen, Annelie, Björn, Käthe, Anton", "Müller, Weiß, von der Heide, Schäfer, Özdemir"),
    Language("Maeve, Callum, Siobhán, Idris, Beth", "O'Brien, Ní Dhomhnaill, Fairweather, Patel, Lee"),
    Language("Montserrat, Íñigo, Lucía, Jordi", "Núñez, Puigdevall i Mas, Ruiz, Etxeberria"),
    Language("François, Maëlle, Anaïs, Loïc, Fatoumata", "Lefèvre, Diallo, de La Tour, Nguyễn"),
    Language("João, Inês, Conceição, Tomé", "Gonçalves, dos Santos, Magalhães"),
    Language("Łucja=lucja, Zbigniew, Małgorzata=malgorzata", "Wójcik, Żak, Śliwińska"),
    Language("Şirin, Mehmet, Ayşegül, İbrahim", "Yılmaz=yilmaz, Çelik, Doğan"),
    Language("花子=hanako, 健太=kenta, 美咲=misaki", "佐藤=sato, 鈴木=suzuki, 高橋=takahashi", True),
    Language("秀英=xiuying, 伟=wei, 娜=na", "王=wang, 李=li, 欧阳=ouyang", True),
    Language("Ελένη=eleni, Γιώργος=giorgos", "Παπαδοπούλου=papadopoulou, Νικολάου=nikolaou"),
    Language("Олена=olena, Тарас=taras", "Шевченко=shevchenko, Коваль=koval"),
    Language("ليلى=layla, يوسف=yusuf", "حداد=haddad, المصري=almasri"),
    Language("אורית=orit, דניאל=daniel", "לוי=levi, בן דוד=bendavid"),
    Language("प्रिया=priya, अर्जुन=arjun", "शर्मा=sharma, अय्यर=iyer"),
    Language("Björk, Þórður=thordur", "Guðmundsdóttir=gudmundsdottir, Sæmundsson=saemundsson"),
)


def made_up_customers(chance: Random, count: int) -> tuple[Person, ...]:
    """`count` people, each with an address of their own."""
    return tuple(_made_up(chance, number) for number in range(1, count + 1))


async def with_keys(customers: Sequence[Person], people: People, now: datetime) -> tuple[Person, ...]:
    """The same customers, as facts have them: each encrypted with a key of their own."""
    return tuple([person(await people.guest(each.email, now), each.name, each.email) for each in customers])


def _made_up(chance: Random, number: int) -> Person:
    language = chance.choice(LANGUAGES)
    given, given_latin = _written(chance.choice(language.given.split(", ")))
    family, family_latin = _written(chance.choice(language.family.split(", ")))
    name = f"{family} {given}" if language.family_first else f"{given} {family}"
    return Person(name, f"{given_latin}.{family_latin}{number}@{DOMAIN}")


def _written(name: str) -> tuple[str, str]:
    """The name, and the name in the letters of an address."""
    written, _, latin = name.partition("=")
    plain = unicodedata.normalize(
        "NFKD", latin or written.replace("ß", "ss").replace("ı", "i").replace("ł", "l")
    )
    return written, "".join(sign for sign in plain if sign.isascii() and sign.isalpha()).lower()
