"""Invented people: nobody here exists. Their papers are real PDFs that carry their names, so that a leak would show."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from weasyprint import HTML

GIVEN = (
    "Salma", "Youssef", "Imane", "Karim", "Nadia", "Hicham", "Leïla", "Omar", "Samira", "Mehdi",
    "Khadija", "Anas", "Zineb", "Rachid", "Hanane", "Tarik", "Meryem", "Driss", "Asmae", "Soufiane",
)  # fmt: skip
FAMILY = (
    "El Amrani", "Benkirane", "Tazi", "Ouazzani", "Lahlou", "Chraïbi", "Berrada", "Idrissi", "Sqalli", "Bennani",
    "Alaoui", "Fassi", "Kettani", "Mernissi", "Naciri", "Zniber", "Belghiti", "Cherkaoui", "Guessous", "Skalli",
)  # fmt: skip
EMPLOYERS = ("Cour d'appel de Kénitra", "Préfecture de Salé", "Agence urbaine de Taza", "Université de Settat")
DEGREES = ("Master en droit public", "Doctorat en sciences juridiques", "Master en administration publique")
OPENINGS = (
    "J’établirais d’abord les faits et le cadre juridique, pièce par pièce, avant de consulter les services concernés.",
    "Je réunirais le jour même les responsables concernés, pour fixer qui fait quoi et à quelle échéance.",
    "Mon premier acte serait d’écrire ce que l’on sait, ce que l’on ignore, et qui doit être averti.",
)


class Fate(StrEnum):
    """What a candidate does around the deadline."""

    EARLY = "early"
    LAST_SECOND = "last_second"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True)
class Person:
    """One invented candidate; the number decides everything about them."""

    number: int
    fate: Fate

    @property
    def given_names(self) -> str:
        return GIVEN[self.number % len(GIVEN)]

    @property
    def family_name(self) -> str:
        return FAMILY[(self.number * 7 + self.number // len(FAMILY)) % len(FAMILY)]

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def email(self) -> str:
        return f"candidat{self.number:03}@repetition.example"

    @property
    def birth_date(self) -> date:
        return date(1968, 3, 1) + timedelta(days=131 * self.number % 7000)

    @property
    def national_id(self) -> str:
        return f"AB{730000 + self.number * 37}"

    @property
    def phone(self) -> str:
        return f"+212 6 {10 + self.number % 80:02} {self.number % 90 + 10:02} 45 {self.number % 100:02}"

    @property
    def employer(self) -> str:
        return EMPLOYERS[self.number % len(EMPLOYERS)]

    @property
    def degree(self) -> str:
        return DEGREES[self.number % len(DEGREES)]

    @property
    def merit(self) -> int:
        """How good the work is, 0 to 20: what the rehearsal's jurors see in it."""
        return 6 + (self.number * 11) % 13

    def referee(self, order: int) -> dict[str, str]:
        """One of the two people that the candidate names."""
        name = (
            f"{GIVEN[(self.number + 5 * order + 3) % len(GIVEN)]} {FAMILY[(self.number + 3 * order + 9) % len(FAMILY)]}"
        )
        return {
            "name": name,
            "title": "Directeur des affaires administratives" if order else "Secrétaire générale",
            "organisation": self.employer,
            "relationship": "Responsable hiérarchique direct de 2018 à 2023",
            "email": f"referent{self.number:03}-{order}@services.example",
            "phone": "+212 5 37 00 00 00",
        }

    def answer(self, question: str) -> str:
        """An answer that names nobody."""
        opening = OPENINGS[sum(question.encode()) % len(OPENINGS)]
        return (
            f"{opening} Deux solutions chiffrées ont été soumises à la direction, avec leurs risques.\n\n"
            "La solution retenue a été suivie par des indicateurs mensuels, dont les écarts ont donné lieu à un rapport "
            f"de {2 + self.number % 5} pages. Les délais ont été réduits de {10 + self.number}\u00a0% en une année."
        )

    def paper(self, kind: str) -> bytes:
        """A PDF of theirs: a page that says what it is, and of whom."""
        return HTML(
            string=f"<html lang=fr><title>{kind} — {self.full_name}</title><h1>{kind}</h1><h2>{self.full_name}</h2>"
            f"<p>{self.degree}. {self.employer}. {self.email}. Document de répétition, personne inventée.</p></html>"
        ).write_pdf()


def invent(count: int) -> list[Person]:
    """``count`` people: two at the last second, two too late, one in ten who never submits, the rest early.

    Raises ValueError below eight, which leaves too few to interview.
    """
    if count < 8:
        raise ValueError("A rehearsal needs eight candidates at least.")
    fates = [Fate.LAST_SECOND] * 2 + [Fate.LATE] * 2 + [Fate.NEVER] * max(1, count // 10)
    fates += [Fate.EARLY] * (count - len(fates))
    return [Person(number=number, fate=fate) for number, fate in enumerate(fates, start=1)]
