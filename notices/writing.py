"""HR writes the words of a campaign's letters, and chooses those that its letters are made with."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from journal import clock
from journal.append import append
from notices import erasure, texts
from notices.models import Notice, NoticeState, TextChoice, TextVersion
from notices.outbox import NoticeRefused, only_hr


def write(*, campaign: str, text: str, opening: str, sequel: str, by: User) -> TextVersion:
    """Keep a new version of a text; nothing is made with it until it is chosen. The same words twice are one version.

    Raises PermissionDenied for anyone but HR, ValueError for no such text, ValidationError naming each field that is unknown,
    missing or cut short.
    """
    only_hr(by)
    if text not in texts.TEXTS:
        raise ValueError(f"{text!r} is not a text.")
    # The opening is one paragraph: the message and the letter each say it in theirs.
    opening, sequel = " ".join(texts.clean(opening).split("\n")), texts.clean(sequel)
    texts.check(text=text, opening=opening, sequel=sequel)
    sha256 = texts.fingerprint(text=text, opening=opening, sequel=sequel)
    draft = TextVersion(campaign=campaign, text=text, opening=opening, sequel=sequel, sha256=sha256, by=by)
    try:
        with transaction.atomic():
            return _keep(draft)
    except IntegrityError as taken:  # the number went to a colleague at the same instant
        raise ValidationError(_("Un collègue vient d’écrire une version : lisez-la, puis gardez la vôtre.")) from taken


def _keep(draft: TextVersion) -> TextVersion:
    versions = TextVersion.objects.filter(campaign=draft.campaign, text=draft.text)
    known = versions.filter(sha256=draft.sha256).first()
    if known is not None:
        return known
    draft.at, draft.number = clock.now(), (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft.save()
    facts = {"campaign": draft.campaign, "text": draft.text, "number": draft.number, "sha256": draft.sha256}
    append("text.written", at=draft.at, actor=draft.by.actor, subject=_subject(draft.campaign), facts=facts)
    return draft


def choose(*, campaign: str, text: str, number: int, by: User) -> int:
    """Make the campaign's letters with a version from now on, those that await approval too; 0: the project's own words.

    Returns how many that wait were made anew. Raises PermissionDenied for anyone but HR, ValidationError for no such version,
    NoticeRefused while some are approved and not gone: they are recalled first.
    """
    only_hr(by)
    version = TextVersion.objects.filter(campaign=campaign, text=text, number=number).first()
    if text not in texts.TEXTS or (number and version is None):
        raise ValidationError(_("Cette version n’existe pas."))
    with transaction.atomic():
        waiting = _waiting(campaign, text)
        if any(notice.state == NoticeState.APPROVED for notice in waiting):
            raise NoticeRefused(_("Des lettres faites avec ce texte sont approuvées : rappelez-les d’abord."))
        at = clock.now()
        TextChoice.objects.create(campaign=campaign, text=text, version=version, by=by, at=at)
        _make_anew(waiting, version)
        facts = {
            "campaign": campaign,
            "text": text,
            "number": number,
            "sha256": version.sha256 if version else "",
            "waiting": len(waiting),
        }
        append("text.chosen", at=at, actor=by.actor, subject=_subject(campaign), facts=facts)
    return len(waiting)


def _waiting(campaign: str, text: str) -> list[Notice]:
    """The letters of the text that have not left, their rows held."""
    states = [NoticeState.PREPARED, NoticeState.APPROVED, NoticeState.RECALLED]
    kind = texts.TEXTS[text].kind
    rows = Notice.objects.select_for_update().filter(campaign=campaign, kind=kind, state__in=states)
    # A scrubbed one has no words any more.
    return [notice for notice in rows.order_by("pk") if notice.context and texts.text_of(kind, notice.context) == text]


def _make_anew(waiting: list[Notice], version: TextVersion | None) -> None:
    """What was drawn to be looked at is drawn again, with the words that were chosen."""
    drawn = {notice.letter_id for notice in waiting if notice.letter_id}
    for notice in waiting:
        notice.text_version, notice.letter = version, None
    Notice.objects.bulk_update(waiting, ["text_version", "letter"], batch_size=500)
    erasure.delete_letters(drawn)


def _subject(campaign: str) -> str:
    return f"texts:{campaign}"
