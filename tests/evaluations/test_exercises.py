"""HR prepares, seals, invites; the subject stays sealed until its hour, and anyone can check that it is the one."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import User
from evaluations import endings, exercises, sealing, subjects
from evaluations.models import Exercise, Sitting
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations
from tests.factories import exercises as factory

pytestmark = pytest.mark.django_db


def entry(kind: str) -> Entry:
    return Entry.objects.filter(kind=kind).latest("pk")


def everything_kept() -> str:
    """All that the tables of the exercise and the register hold, as the database gives it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM evaluations_exercise")
        rows = [str(row) for row in cursor.fetchall()]
        cursor.execute("SELECT body FROM journal_entry")
        return "\n".join([*rows, *(str(row) for row in cursor.fetchall())])


@pytest.mark.parametrize("person", [cast.juror, cast.candidate, cast.auditor, cast.authority, cast.administrator])
def test_only_hr_prepares_seals_invites_and_gives_up(posting: Posting, person: type[User]) -> None:
    by = person()
    with pytest.raises(PermissionDenied):
        factory.prepared(posting, by=by)
    factory.prepared(posting)
    for act in (exercises.seal_subject, exercises.invite_all, exercises.discard):
        with pytest.raises(PermissionDenied):
            act(posting=posting, by=by)


def test_a_sealed_subject_is_readable_nowhere_until_its_hour(posting: Posting) -> None:
    factory.prepared(posting)
    assert factory.SUBJECT in everything_kept()
    sealed = exercises.seal_subject(posting=posting, by=cast.hr())
    assert factory.SUBJECT not in everything_kept()
    assert "Notes de séance" not in everything_kept()
    page = cast.signed_in(cast.hr()).get(reverse("evaluations:exercise", args=[posting.slug])).content.decode()
    assert sealed.commitment in page
    assert factory.SUBJECT not in page
    again = cast.signed_in(cast.hr()).get(reverse("evaluations:exercise", args=[posting.slug]) + "?sujet=autre")
    assert factory.SUBJECT not in again.content.decode()
    assert exercises.open_due() == 0


def test_anyone_can_check_that_what_opened_is_what_was_sealed() -> None:
    posting = factory.convened(1)
    exercise = posting.exercise
    promised = entry("exercise.sealed").facts["commitment"]
    clock.move_to(exercise.opens_at, by="test", stopped=True)
    assert exercises.open_due() == 1
    assert exercises.open_due() == 0
    opened, told = Exercise.objects.get(), entry("exercise.opened").facts
    assert (opened.subject, opened.documents[0]["title"]) == (factory.SUBJECT, "Notes de séance")
    address = reverse("evaluations:opened_subject", args=[posting.slug])
    factory.handed_in(posting)
    kept = json.loads(cast.signed_in(cast.auditor()).get(address).content)
    computed = hmac.new(bytes.fromhex(told["salt"]), kept["payload"].encode(), sha256).hexdigest()
    assert computed == promised == told["commitment"] == kept["commitment"]


def test_the_subject_is_not_published_while_somebody_is_still_to_sit_it() -> None:
    posting = factory.open_now(factory.convened(2))
    factory.handed_in(posting, 1)
    address = reverse("evaluations:opened_subject", args=[posting.slug])
    assert cast.signed_in(cast.candidate(1)).get(address).status_code == 404
    factory.handed_in(posting, 2)
    assert cast.signed_in(cast.candidate(9)).get(address).status_code == 200


def test_an_altered_ciphertext_or_another_secret_does_not_open(settings: LazySettings) -> None:
    sealed = sealing.seal("Sujet", [])
    other = sealing.seal("Autre sujet", [])
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealing.Sealed(other.ciphertext, sealed.commitment))
    secret, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [secret]
    assert sealing.unseal(sealed).subject == "Sujet"


def test_writing_anew_breaks_the_seal_and_the_register_says_so() -> None:
    posting = factory.convened(2)
    before = Exercise.objects.get().commitment
    factory.prepared(posting, subject="Un autre sujet.", terms=factory.terms(days=9))
    assert entry("exercise.prepared").facts["seal_broken"] == before
    exercise = Exercise.objects.get()
    assert (exercise.sealed_at, exercise.commitment) == (None, "")
    assert {s.due_at for s in Sitting.objects.all()} == {exercise.opens_at + exercise.length()}
    assert Notice.objects.filter(kind="exercise_invitation").count() == 4
    assert Notice.objects.filter(kind="exercise_invitation", context__again=True).count() == 2
    with pytest.raises(ValidationError):
        exercises.discard(posting=posting, by=cast.hr())


def test_an_opened_exercise_never_changes() -> None:
    posting = factory.open_now(factory.convened(1))
    endings.end_due()
    with pytest.raises(ValidationError):
        factory.prepared(posting, terms=factory.terms())
    for change in (
        {"subject": "Autre"},
        {"minutes": 60},
        {"documents": []},
        {"opened_at": None, "subject": "", "salt": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Exercise.objects.update(**change)


def test_one_that_is_not_sealed_may_be_given_up(posting: Posting) -> None:
    factory.prepared(posting)
    exercises.discard(posting=posting, by=cast.hr())
    exercises.discard(posting=posting, by=cast.hr())
    assert (Exercise.objects.count(), Entry.objects.filter(kind="exercise.discarded").count()) == (0, 1)


def test_bad_terms_are_refused(posting: Posting) -> None:
    now = clock.now()
    good = factory.terms()
    for terms in (
        exercises.Terms(10, "together", good.opens_at),
        exercises.Terms(60, "together", now),
        exercises.Terms(60, "window", good.opens_at, good.opens_at),
        exercises.Terms(60, "together", good.opens_at, good.opens_at + timedelta(days=1)),
    ):
        with pytest.raises(ValidationError):
            factory.prepared(posting, terms=terms)
    with pytest.raises(ValidationError):
        factory.prepared(posting, subject=" ")


def test_nobody_is_invited_before_sealing_or_screening(posting: Posting) -> None:
    applications.submitted(posting, cast.candidate(1))
    factory.prepared(posting)
    with pytest.raises(ValidationError, match="Scellez"):
        exercises.invite_all(posting=posting, by=cast.hr())
    exercises.seal_subject(posting=posting, by=cast.hr())
    with pytest.raises(ValidationError, match="recevabilité"):
        exercises.invite_all(posting=posting, by=cast.hr())
    assert not Sitting.objects.exists()


def test_each_admissible_candidate_is_invited_once() -> None:
    posting = factory.convened(3)
    assert exercises.invite_all(posting=posting, by=cast.hr()) == []
    letters = Notice.objects.filter(kind="exercise_invitation")
    assert {letter.recipient for letter in letters} == {cast.candidate(n) for n in (1, 2, 3)}
    assert Entry.objects.filter(kind="sitting.invited").count() == 3


def test_the_shipped_subject_is_drawn_from_the_notice(posting: Posting) -> None:
    found = subjects.read(posting)
    assert (found.minutes, len(found.documents)) == (240, 5)
    posting.notice_text = "Autre avis."
    with pytest.raises(ValidationError):
        subjects.read(posting)


def test_the_command_loads_and_seals_it(posting: Posting) -> None:
    out = StringIO()
    call_command("loadexercise", posting.slug, "--opens-at", "2025-11-12T09:00", "--seal", stdout=out)
    exercise = Exercise.objects.get()
    assert exercise.commitment[:12] in out.getvalue()
    assert (exercise.minutes, exercise.subject) == (240, "")
    with pytest.raises(CommandError, match="No posting"):
        call_command("loadexercise", "autre", "--opens-at", "2025-11-12T09:00")


def test_hr_prepares_it_on_the_page(posting: Posting) -> None:
    hr, address = cast.signed_in(cast.hr()), reverse("evaluations:exercise", args=[posting.slug])
    filled = hr.get(address + "?sujet=fourni")
    initial = dict(filled.context["form"].initial)
    refused = hr.post(address, initial | {"minutes": "5", "title_1": ""})
    assert refused.status_code == 422
    assert "Un document a un titre et un texte." in refused.content.decode()
    assert hr.post(address, initial).status_code == 302
    exercise = Exercise.objects.get()
    assert (exercise.title, len(exercise.documents)) == ("Note de synthèse et projet de procès-verbal", 5)
    assert "Relire avant de sceller" in hr.get(address).content.decode()
    past = initial | {"day": clock.now().date()}
    assert "à venir" in hr.post(address, past).content.decode()
    assert hr.post(reverse("evaluations:exercise_act", args=[posting.slug, "sceller"])).status_code == 302
    assert hr.post(reverse("evaluations:exercise_act", args=[posting.slug, "abandonner"])).status_code == 409
    assert hr.post(reverse("evaluations:exercise_act", args=[posting.slug, "convoquer"])).status_code == 409


def test_the_number_of_queries_does_not_grow_with_the_candidates(django_assert_max_num_queries: object) -> None:
    posting = factory.over(4, absent=1)
    hr = cast.signed_in(cast.hr())
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        page = hr.get(reverse("evaluations:exercise", args=[posting.slug])).content.decode()
    assert "Copies reçues : 3. Absents : 1." in page
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert "terminée" not in hr.get(reverse("evaluations:campaign", args=[posting.slug])).content.decode()


def test_without_an_exercise_the_answers_alone_are_marked() -> None:
    posting = evaluations.assigned(2)
    with pytest.raises(ValidationError, match="tirés au sort"):
        factory.prepared(posting, terms=factory.terms())


def test_nobody_is_absent_from_a_subject_that_was_never_sealed_again() -> None:
    posting = factory.convened(1)
    exercise = factory.prepared(posting, terms=factory.terms(days=2))
    clock.move_to(exercise.opens_at + timedelta(days=1), by="test", stopped=True)
    assert endings.end_due() == 0
    assert Sitting.objects.get().ended_at is None
    factory.prepared(posting, terms=factory.terms(days=2))
    exercises.seal_subject(posting=posting, by=cast.hr())
    posting.refresh_from_db()
    assert factory.handed_in(factory.open_now(posting)).ending == "handed_in"


def test_nor_from_one_that_does_not_open(settings: LazySettings) -> None:
    posting = factory.open_now(factory.convened(1))
    settings.SECRET_KEY = "another, fifty characters long, of this same house"
    client, own = cast.signed_in(cast.candidate(1)), reverse("evaluations:my_exercise", args=[posting.slug])
    client.post(reverse("evaluations:begin_exercise", args=[posting.slug]))
    assert "Ce n’est pas de votre fait" in client.get(own).content.decode()
    clock.move_by(timedelta(days=1), by="test")
    assert endings.end_due() == 0
    assert Sitting.objects.get().ended_at is None
    factory.prepared(posting, terms=factory.terms())  # HR starts again


def test_one_sealed_and_forgotten_may_be_set_for_another_hour(posting: Posting) -> None:
    exercise = factory.prepared(posting)
    exercises.seal_subject(posting=posting, by=cast.hr())
    clock.move_to(exercise.opens_at, by="test", stopped=True)
    assert exercises.open_due() == 0
    factory.prepared(posting, terms=factory.terms())
