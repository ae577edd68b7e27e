"""HR writes the words of the letters: closed fields, versions that stand, and four eyes on what leaves."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from journal.models import Entry
from notices import mailer, outbox, rendering, texts, writing
from notices.models import Letter, Notice, NoticeState, TextVersion
from notices.outbox import NoticeRefused
from tests import cast
from tests.factories.notices import CONTEXTS, owed
from tests.pdfs import text_of_pdf

pytestmark = pytest.mark.django_db
CAMPAIGN = "secretaire-general"
OPENING = "Madame, Monsieur {nom}, vous êtes au rang {rang} pour « {poste} »."
SEQUEL = "La liste vaut jusqu’au {fin_de_liste}.\n\nGardez cette lettre."


def written(opening: str = OPENING, sequel: str = SEQUEL, **more: Any) -> TextVersion:
    values = {"campaign": CAMPAIGN, "text": "decision.reserve", "by": cast.other_hr()} | more
    return writing.write(opening=opening, sequel=sequel, **values)


def chosen(number: int, **more: Any) -> int:
    return writing.choose(
        **({"campaign": CAMPAIGN, "text": "decision.reserve", "by": cast.other_hr()} | more), number=number
    )


def refusal(opening: str, sequel: str = SEQUEL) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        written(opening, sequel)
    return refused.value.message_dict


@pytest.mark.parametrize("text", texts.TEXTS)
def test_the_projects_own_words_pass_their_own_check_and_give_the_same_letter(text: str) -> None:
    kind = texts.TEXTS[text].kind
    context = CONTEXTS[kind] | {"reason": "", "again": False} | dict(texts.TEXTS[text].sample)
    notice = owed(kind, **{name: value for name, value in context.items() if name in CONTEXTS[kind]})
    opening, sequel = rendering.own_words(text)
    version = writing.write(campaign=CAMPAIGN, text=text, opening=opening, sequel=sequel, by=cast.hr())
    own = rendering.render(f"notices/{kind}/letter.html", rendering.context(notice))
    notice.text_version = version
    again = rendering.render(f"notices/{kind}/letter.html", rendering.context(notice))
    assert again.split() == own.split()


def test_a_field_that_is_not_the_texts_is_named() -> None:
    said = refusal(OPENING + " {salaire}")["opening"]
    assert said == [
        "Le champ {salaire} n’existe pas ici. Champs possibles : {nom}, {dossier}, {poste}, {date}, {rang}, {fin_de_liste}."
    ]


def test_a_missing_field_is_named() -> None:
    assert refusal("Vous êtes au rang {rang}.", "{fin_de_liste}")["opening"] == ["Le champ {poste} manque."]


@pytest.mark.parametrize("words", ["{nom", "nom}", "{{ nom }}", "{nom.__class__}", "{% load i18n %}", "{0}", "{nom!r}"])
def test_nothing_is_a_language(words: str) -> None:
    assert refusal(OPENING + words)["opening"]


def test_an_empty_opening_and_one_too_long_are_refused() -> None:
    assert "Écrivez l’annonce" in refusal("  ")["opening"][0]
    assert "2000 au plus" in refusal(OPENING + "x" * 2000)["opening"][0]


def test_a_value_is_escaped_and_never_read_for_fields() -> None:
    chosen(written().number)
    notice = owed("decision", name="<b>{rang}</b>{{ notice.key }}")
    message = mailer.build(notice)
    assert "Monsieur <b>{rang}</b>{{ notice.key }}, vous êtes au rang 2" in str(message.body)
    html = str(message.alternatives[0][0])
    assert "&lt;b&gt;{rang}&lt;/b&gt;{{ notice.key }}" in html
    assert "<b>" not in html


def test_a_letter_says_the_words_that_were_chosen_and_what_binds_stays() -> None:
    chosen(written().number)
    notice = owed("decision")
    said = text_of_pdf(mailer.letters.render(notice))
    assert "vous êtes au rang 2" in said
    assert "Gardez cette lettre." in said
    assert "Une expérience solide." in said
    assert "tribunal administratif" in said
    assert notice.text_version == TextVersion.objects.get()
    prepared = Entry.objects.get(kind="notice.prepared", subject=notice.journal_subject)
    assert prepared.facts["text"] == TextVersion.objects.get().sha256


def test_a_version_and_a_choice_stand() -> None:
    version = written()
    chosen(version.number)
    for row in (TextVersion.objects, version.choices):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(by=cast.hr())
        with pytest.raises(IntegrityError), transaction.atomic():
            row.all().delete()


def test_versions_are_counted_campaign_by_campaign_and_the_same_words_are_one() -> None:
    numbers = [written().number, written().number, written(sequel=SEQUEL + " Merci.").number]
    other = written(campaign="autre-poste")
    assert (numbers, other.number) == ([1, 1, 2], 1)
    kept = [entry.facts["number"] for entry in Entry.objects.filter(kind="text.written").order_by("pk")]
    assert kept == [1, 2, 1]


def test_only_hr_writes_and_chooses() -> None:
    for person in (cast.auditor(), cast.authority(), cast.candidate(), cast.administrator()):
        with pytest.raises(PermissionDenied):
            written(by=person)
        with pytest.raises(PermissionDenied):
            chosen(0, by=person)


def test_a_choice_makes_waiting_letters_anew_and_leaves_the_others() -> None:
    waiting, other = owed("decision"), owed("decision", key="other", outcome="retained")
    before = text_of_pdf(mailer.letters.render(waiting))
    assert chosen(written().number) == 1
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.letter, other.text_version, Letter.objects.count()) == (None, None, 0)
    after = text_of_pdf(mailer.letters.render(waiting))
    assert "Gardez cette lettre." in after
    assert chosen(0) == 1
    waiting.refresh_from_db()
    assert text_of_pdf(mailer.letters.render(waiting)) == before


def test_no_choice_under_letters_that_are_approved() -> None:
    notice, number = owed("decision"), written().number
    outbox.approve(notice=notice, by=cast.hr())
    with pytest.raises(NoticeRefused):
        chosen(number)
    outbox.recall(notice=notice, by=cast.hr(), reason="Autre texte")
    assert chosen(number) == 1


def test_who_wrote_the_words_does_not_approve_the_letter() -> None:
    chosen(written().number, by=cast.hr())
    notice = owed("decision")
    with pytest.raises(NoticeRefused, match="écrit le texte"):
        outbox.approve(notice=notice, by=cast.other_hr())
    with pytest.raises(NoticeRefused, match="écrit le texte"):
        outbox.approve_all(campaign=CAMPAIGN, kind="decision", by=cast.other_hr())
    notice.refresh_from_db()
    assert notice.state == NoticeState.PREPARED
    assert outbox.approve_all(campaign=CAMPAIGN, kind="decision", by=cast.hr()) == 1


def test_the_order_of_a_release_is_by_lot() -> None:
    for n in range(40):
        owed("decision", key=f"d:{n}")
    outbox.approve_all(campaign=CAMPAIGN, kind="decision", by=cast.hr())
    outbox.release_due()
    keys = list(Notice.objects.order_by("turn").values_list("pk", flat=True))
    assert keys != sorted(keys)
    released = list(Entry.objects.filter(kind="notice.released").order_by("pk").values_list("subject", flat=True))
    assert released == [notice.journal_subject for notice in Notice.objects.order_by("turn")]
