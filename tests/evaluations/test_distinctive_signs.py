"""What tells whose a text is, however it is written; and what doesn't."""

import pytest

from evaluations.distinctive_signs import Person, Sign, SignKind, find

SALMA = Person("Salma", "Bennis", "salma.bennis@exemple.example", "+212 6 12 34 56 78", "AB123456", "K7Q2-M9XD")
YOUSSEF = Person("Youssef Amine", "El Ouafi", "y@exemple.example", "0612345678", "BE99887", "AAAA-BBBB")
LEILA = Person("Leïla", "Chraïbi-Tazi", "l@exemple.example", "", "", "")


def kinds(text: str, person: Person = SALMA) -> list[SignKind]:
    return [sign.kind for sign in find(text, person)]


@pytest.mark.parametrize(
    "text",
    [
        "Signé : Salma Bennis.",
        "BENNIS Salma",
        "bennis, salma",
        "Le rapport de Mme BENNIS est joint.",
        "Sálma vous salue.",
        "S a l m a",
        "S.A.L.M.A",
        "B-e-n-n-i-s",
        "s a l m a b e n n i s",
        "S_a_l_m_a",
        "sinneB",
        "SalmaBennis",
        "bennissalma",
        "L’équipe de Salma-Bennis",
        "Salma\nBennis",
        "Ｓａｌｍａ",
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert set(kinds(text)) == {SignKind.NAME}


@pytest.mark.parametrize(
    "text", ["Leila", "LEÏLA", "leïla", "Chraibi", "CHRAÏBI TAZI", "chraïbi–tazi", "i b i a r h c"]
)
def test_accents_case_and_hyphens_hide_nothing(text: str) -> None:
    assert kinds(text, LEILA) == [SignKind.NAME]


@pytest.mark.parametrize("text", ["El Ouafi", "El-Ouafi", "M. Ouafi", "Youssef", "Amine", "el  ouafi"])
def test_each_part_of_a_compound_name_is_found(text: str) -> None:
    assert kinds(text, YOUSSEF) == [SignKind.NAME]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Écrire à salma.bennis@exemple.example svp", SignKind.EMAIL),
        ("SALMA.BENNIS@EXEMPLE.EXAMPLE", SignKind.EMAIL),
        ("salma.bennis (at) exemple.example", SignKind.EMAIL),
        ("Joindre au 06 12 34 56 78.", SignKind.PHONE),
        ("0612345678", SignKind.PHONE),
        ("00212 612.345.678", SignKind.PHONE),
        ("CIN AB123456", SignKind.NATIONAL_ID),
        ("ab 123456", SignKind.NATIONAL_ID),
        ("Dossier K7Q2-M9XD", SignKind.DOSSIER),
        ("k7q2m9xd", SignKind.DOSSIER),
        ("k7q2 m9xd", SignKind.DOSSIER),
        ("Fait à Rabat, S. B.", SignKind.INITIALS),
        ("B.S.", SignKind.INITIALS),
        ("contact@ailleurs.example", SignKind.OTHER),
        ("voir https://exemple.example/moi", SignKind.OTHER),
        ("Tél. : 0661 00 00 00", SignKind.OTHER),
    ],
)
def test_what_else_names_a_person_is_found(text: str, kind: SignKind) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "Le budget de 4 200 000 dirhams est engagé à 62 %.",
        "L’article 23 de la loi n° 41-90, du 10 septembre 1993.",
        "Les salmanticenses et les bénéfices.",  # names within longer words
        "À titre de rappel : a b c d",
        "s. b.",  # no capitals
        "Du 1er novembre 2025 au 30 novembre 2025, 12 dossiers sur 340.",
        "RÉF. 2025/114, chapitre 12-34-56",
    ],
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert find(text, SALMA) == []


def test_the_excerpt_is_the_authors_own_and_in_place() -> None:
    text = "Ça commence ; puis BÉNNIS, à la fin 06.12.34.56.78"
    name, phone = find(text, SALMA)
    assert name == Sign(SignKind.NAME, "BÉNNIS", text.index("BÉNNIS"))
    assert text[phone.start :].startswith(phone.excerpt)


def test_each_place_is_told_once() -> None:
    assert kinds("Salma Bennis, salma.bennis@exemple.example") == [SignKind.NAME, SignKind.NAME, SignKind.EMAIL]


def test_a_person_who_told_nothing_has_no_sign() -> None:
    assert find("Salma Bennis, AB123456", Person()) == []
