"""The real notice as data, and everything that a loader must refuse."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from journal.models import Entry
from postings.checks import is_whole_sentence
from postings.lifecycle import publish
from postings.loader import LoadRefused, load
from postings.models import Posting, Stage
from tests import cast
from tests.postings.conftest import FOLDER

pytestmark = pytest.mark.django_db
Spoil = Callable[..., Path]
NOTICE_SHA256 = "adb10572137e1b5ab12f425a6ac009f9dea37f46b7b41b782628fd2598eedc05"


def _problems(folder: Path) -> list[str]:
    with pytest.raises(LoadRefused) as refusal:
        load(folder)
    return refusal.value.problems


def test_notice_is_the_real_one_to_the_byte() -> None:
    assert hashlib.sha256((FOLDER / "notice.txt").read_bytes()).hexdigest() == NOTICE_SHA256


def test_load_stores_the_notice_word_for_word() -> None:
    posting = load(FOLDER)
    assert posting.notice_text.encode() == (FOLDER / "notice.txt").read_bytes()
    assert posting.notice_sha256 == NOTICE_SHA256


def test_load_sets_the_deadline_in_the_posting_s_zone() -> None:
    assert load(FOLDER).closes_at == datetime(2025, 10, 30, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("stage", list(Stage))
def test_weights_of_each_stage_sum_to_exactly_one(stage: Stage) -> None:
    weights = load(FOLDER).criteria.filter(stage=stage).values_list("weight", flat=True)
    assert len(weights) == 5
    assert sum(weights) == Decimal(1)


def test_every_quotation_is_whole_sentences_of_the_notice() -> None:
    posting = load(FOLDER)
    quotations = [posting.deadline_quotation, posting.procedure_quotation]
    quotations += posting.criteria.values_list("quotation", flat=True)
    assert [q for q in quotations if not is_whole_sentence(q, posting.notice_text)] == []


def test_every_written_criterion_has_one_question() -> None:
    posting = load(FOLDER)
    asked = list(posting.questions.order_by("position").values_list("criterion__code", flat=True))
    assert asked == list(
        posting.criteria.filter(stage=Stage.SKILLS).order_by("position").values_list("code", flat=True)
    )


def test_documents_are_those_of_the_campaign() -> None:
    codes = list(load(FOLDER).requirements.values_list("code", "max_files"))
    assert codes == [("cv", 1), ("lettre-de-motivation", 1), ("diplomes", 8), ("piece-d-identite", 1), ("projet", 1)]


def test_texts_keep_french_typography() -> None:
    posting = load(FOLDER)
    texts = [posting.answers_advice, *posting.questions.values_list("text", flat=True)]
    for text, follow_ups in posting.interview_questions.values_list("text", "follow_ups"):
        texts += [text, *follow_ups]
    for label, help_text in posting.requirements.values_list("label", "help"):
        texts += [label, help_text]
    for label, anchors in posting.criteria.values_list("label", "anchors"):
        texts += [label, *anchors.values()]
    wrong = [text for text in texts if "'" in text or any(f" {mark}" in text for mark in ":;?!»") or "« " in text]
    assert wrong == []


def test_loading_the_same_folder_twice_changes_nothing() -> None:
    first = load(FOLDER)
    criteria = set(first.criteria.values_list("pk", flat=True))
    assert load(FOLDER) == first
    assert set(first.criteria.values_list("pk", flat=True)) == criteria


def test_unpublished_posting_may_be_loaded_again_differently(spoil: Spoil) -> None:
    load(FOLDER)
    posting = load(spoil("CDI, à temps plein", "CDI"))
    assert (posting.contract, posting.criteria.count(), posting.questions.count()) == ("CDI", 10, 5)
    assert Posting.objects.count() == 1


def test_published_posting_refuses_a_different_load(posting: Posting, spoil: Spoil) -> None:
    assert _problems(spoil("skills_threshold = 10", "skills_threshold = 12")) == [
        "L'avis « secretaire-general » est publié : ses règles ne changent plus."
    ]
    posting.refresh_from_db()
    assert posting.skills_threshold == Decimal(10)


def test_published_posting_accepts_the_same_load(posting: Posting) -> None:
    assert load(FOLDER).published_at == posting.published_at


def test_candidate_may_not_load() -> None:
    with pytest.raises(PermissionDenied):
        load(FOLDER, by=cast.candidate())


REFUSALS = [
    ("l’efficacité", "l'efficacité", "gestion-administrative : la citation n'est pas une phrase entière"),
    ('quotation = "Le poste requiert une', 'quotation = "poste requiert une', "droit-public : la citation"),
    ("closes_at = 2025-10-30T16:30:00", "closes_at = 2025-10-30T16:31:00", "La phrase citée ne dit pas la date limite"),
    ("closes_at = 2025-10-30T16:30:00", "closes_at = 2025-10-30T16:30:00Z", "s'écrit à l'heure locale"),
    ("opens_at = 2025-10-01", "opens_at = 2025-11-01", "La date limite doit suivre l'ouverture."),
    ("opens_at = 2025-10-01T09:00:00", "opens_at = 2025-04-06T02:30:00", "tombe dans un changement d'heure"),
    ('timezone = "Africa/Casablanca"', 'timezone = "Africa/Rabat"', "Le fuseau « Africa/Rabat » est inconnu."),
    ("weight = 0.25", "weight = 0.24", "la somme des poids est 0.9"),
    ("skills_weight = 0.4", "skills_weight = 0.5", "La somme des poids des deux épreuves n'est pas 1."),
    ('code = "valeurs"', 'code = "droit-public"', "Le code « droit-public » sert deux fois."),
    ('code = "cv"', 'code = "pièce 1"', "« pièce 1 » n'est pas un code"),
    ('criterion = "droit-public"', 'criterion = "valeurs"', "« valeurs » n'est pas un critère écrit."),
    ('stage = "interview"', 'stage = "oral"', "l'étape « oral » est inconnue"),
    (
        'criterion = "outils-informatiques"',
        'criterion = "droit-public"',
        "« droit-public » n'est pas un critère d'entretien.",
    ),
    (
        'criterion = "outils-informatiques"',
        'criterion = "valeurs"',
        "Le critère d'entretien « outils-informatiques » n'a",
    ),
    ('"Que contrôlez-vous chaque mois ?"', '""', "outils-informatiques : une relance est une phrase."),
    ("interview_reminder_hours = [24]", "interview_reminder_hours = [3, 24]", "rappels d'entretien"),
    ("interview_minutes = 30", "interview_minutes = 15", "vingt minutes au moins"),
    ("comment_below = 7", "comment_below = 17.5", "la basse sous la haute"),
    ("comment_above = 17", "comment_above = 17.2", "la basse sous la haute"),
    ("comment_above = 17\n", "", "« comment_above » manque"),
    ("eliminatory = 5\n", "eliminatory = 5.2\n", "une note éliminatoire va de 0 à 20"),
    ("eliminatory = 5\n", "eliminatory = 21\n", "une note éliminatoire va de 0 à 20"),
    ("eliminatory = 5\n", 'eliminatory = "5"\n', "« eliminatory » est vide ou n'est pas du bon type"),
    ("quorum = 3", "quorum = 6", "1 ≤ quorum ≤ taille"),
    ("quorum = 3", 'quorum = "3"', "« quorum » est vide ou n'est pas du bon type (int)."),
    ("quorum = 3", "quorums = 3", "rules : « quorums » est inconnu."),
    ("quorum = 3\n", "", "rules : « quorum » manque."),
    ("max_files = 8", "max_files = 0", "limites positives"),
    ('title = "Secrétaire Général du P.M.P"', 'title = ""', "« title » est vide"),
    ("[rules]", "[rules", "posting.toml"),
]


@pytest.mark.parametrize(("old", "new", "said"), REFUSALS)
def test_loader_refuses(spoil: Spoil, old: str, new: str, said: str) -> None:
    problems = _problems(spoil(old, new))
    assert [problem for problem in problems if said in problem]
    assert not Posting.objects.exists()


def test_loader_tells_every_problem_at_once(spoil: Spoil) -> None:
    spoil("skills_weight = 0.4", "skills_weight = 0.5")
    problems = _problems(spoil("interview_minutes = 30", "interview_minutes = 15"))
    assert problems == [
        "La somme des poids des deux épreuves n'est pas 1.",
        "Règle non respectée : entretien : vingt minutes au moins.",
    ]


def test_loader_refuses_a_notice_that_is_missing(folder: Path) -> None:
    (folder / "notice.txt").unlink()
    assert len(_problems(folder)) == 1


def test_loader_refuses_a_notice_with_a_word_changed(spoil: Spoil) -> None:
    assert len(_problems(spoil("30 octobre 2025", "31 octobre 2025", file="notice.txt"))) == 1


def test_publish_freezes_the_rules_in_the_journal(at: Callable[[str], datetime]) -> None:
    moment = at("2025-10-01 09:00")
    posting = publish(posting=load(FOLDER), by=cast.hr())
    entry = Entry.objects.get(kind="posting.published")
    assert (posting.published_at, entry.at, entry.subject) == (moment, moment, "posting:secretaire-general")
    assert entry.actor == cast.hr().actor
    assert entry.facts["content_sha256"] == posting.content_sha256
    assert entry.facts["notice_sha256"] == NOTICE_SHA256
    assert entry.facts["closes_at"] == "2025-10-30T15:30:00.000000Z"
    assert entry.facts["rules"]["skills_threshold"] == "10.00"
    assert entry.facts["criteria"][0] == {
        "stage": "interview",
        "code": "situations-complexes",
        "weight": "0.2500",
        "eliminatory": "5.0",
    }
    assert entry.facts["criteria"][1]["eliminatory"] is None
    assert len(entry.facts["criteria"]) == 10


def test_publishing_twice_is_once(posting: Posting) -> None:
    assert publish(posting=posting, by=None).published_at == posting.published_at
    assert Entry.objects.filter(kind="posting.published").count() == 1


def test_candidate_may_not_publish() -> None:
    with pytest.raises(PermissionDenied):
        publish(posting=load(FOLDER), by=cast.candidate())


def test_loadposting_publishes(at: Callable[[str], datetime]) -> None:
    at("2025-10-01 09:00")
    out = StringIO()
    call_command("loadposting", "secretaire-general", publish=True, stdout=out)
    assert Posting.objects.get().published_at is not None
    assert out.getvalue().startswith("Secrétaire Général du P.M.P : publié")


def test_loadposting_refuses_to_publish_after_the_deadline(at: Callable[[str], datetime]) -> None:
    at("2025-10-30 16:30")
    with pytest.raises(CommandError, match="La date limite est passée"):
        call_command("loadposting", str(FOLDER), publish=True)


def test_loadposting_says_what_is_wrong(spoil: Spoil) -> None:
    with pytest.raises(CommandError, match="vingt minutes"):
        call_command("loadposting", str(spoil("interview_minutes = 30", "interview_minutes = 15")))


def test_a_word_changed_in_an_interview_question_is_another_content(posting: Posting, spoil: Spoil) -> None:
    assert _problems(spoil("Que contrôlez-vous chaque mois", "Que vérifiez-vous chaque mois")) == [
        "L'avis « secretaire-general » est publié : ses règles ne changent plus."
    ]
    assert len(posting.interview_questions.all()) == 5
