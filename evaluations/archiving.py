"""The signed archive of a campaign: asked for by HR, made by a worker into the private folder, taken from there.

It is made once everybody has been told the decision: it shows each member's marks, which HR may not read before.
"""

import logging
import tempfile
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import IO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from evaluations.archive_parts import Part, parts
from evaluations.models import CampaignArchive
from evaluations.policy_closing import decision_is_notified, refuse_unless_takes_data
from journal import checkpoint, clock, keys
from journal.append import append
from journal.bundles import Bundle
from journal.models import Checkpoint
from postings.locks import hold_exclusive
from postings.models import Posting

logger = logging.getLogger(__name__)
#: How long a worker holds an archive without a sign of life.
LEASE = timedelta(minutes=10)
#: Entries between two signs of life.
_STEP = 25
_CHUNK = 1 << 20


class NoLongerMine(Exception):
    """Another worker took the archive over, or data in it had to go: it is begun again, and this run is thrown away."""


def ask(*, posting: Posting, documents: bool, by: User | None) -> CampaignArchive:
    """Ask for an archive; while one is being made, it is that one. ``by`` is HR, or None for the command.

    Raises PermissionDenied, and ValidationError before the decision is notified.
    """
    if by is not None and not is_hr(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        if not decision_is_notified(posting):
            raise ValidationError(_("L’archive se constitue une fois la décision notifiée à tous."))
        waiting = CampaignArchive.objects.filter(posting=posting, finished_at=None).first()
        if waiting:
            return waiting
        at, actor = clock.now(), by.actor if by else "system"
        archive = CampaignArchive.objects.create(posting=posting, documents=documents, by=by, asked_at=at)
        append("archive.asked", at=at, actor=actor, subject=posting.subject, facts={"documents": documents})
    return archive


def make_due() -> int:
    """Make the archives that wait, one after the other; how many. One that a worker died over is begun again."""
    waiting = CampaignArchive.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_claim(pk) and _made(pk) for pk in list(waiting))


def _made(pk: int) -> bool:
    try:
        make(pk=pk)
    except NoLongerMine:
        return False
    return True


def _claim(pk: int) -> bool:
    """Whether nobody else is at it: from now on this worker is."""
    now = clock.real()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    rows = CampaignArchive.objects.filter(free, pk=pk, finished_at=None)
    return rows.update(leased_until=now + LEASE, done=0, total=0) == 1


def make(*, pk: int) -> CampaignArchive:
    """Make an archive that this process claimed, on disk first, then into the private folder. Raises NoLongerMine."""
    archive = CampaignArchive.objects.select_related("posting").get(pk=pk)
    try:
        with tempfile.TemporaryFile(dir=settings.PMP_HOME) as out:
            count = _write(archive, out)
            digest = _digest(out)
            size = out.tell()
            out.seek(0)
            stored = default_storage.save(f"archives/{archive.posting.slug}-{pk}.zip", File(out))
    except OSError as error:
        logger.exception("The archive %s could not be made.", pk)
        return _finish(archive, problem=error.strerror or "OSError")
    facts = {"sha256": digest, "size": size, "entries": count, "documents": archive.documents}
    return _finish(archive, stored=stored, facts=facts)


def _write(archive: CampaignArchive, out: IO[bytes]) -> int:
    """Write the bundle into ``out``; how many entries. What can't be had is named in the manifest, and the rest is there."""
    while checkpoint.seal():
        pass
    known = checkpoint.latest()
    if known is None:
        raise OSError("the register is empty")
    total = sum(1 for _part in parts(archive, known))
    missing: list[str] = []
    bundle = Bundle(out, _about(archive, known) | {"missing": missing})
    for number, part in enumerate(parts(archive, known)):
        if number % _STEP == 0:
            _tell(archive, number, total)
        _add(bundle, part, missing)
    bundle.close()
    _tell(archive, total, total)
    return len(bundle.entries)


def _about(archive: CampaignArchive, known: Checkpoint) -> dict[str, object]:
    return {
        "posting": archive.posting.slug,
        "title": archive.posting.title,
        "made_at": clock.now().isoformat(),
        "documents": archive.documents,
        "register": known.size,
        "key": keys.verifier(settings.PMP_JOURNAL_ORIGIN, keys.public_key()),
    }


def _add(bundle: Bundle, part: Part, missing: list[str]) -> None:
    """An entry, whole or not at all: one that breaks off is taken back."""
    try:
        with tempfile.SpooledTemporaryFile(max_size=8 * _CHUNK, dir=str(settings.PMP_HOME)) as whole:
            for chunk in part.chunks():
                whole.write(chunk)
            whole.seek(0)
            bundle.add_file(part.path, whole)
    except (FileNotFoundError, ValueError):
        logger.exception("Not in the archive: %s", part.path)
        missing.append(part.path)


def _tell(archive: CampaignArchive, done: int, total: int) -> None:
    """How far it is, which keeps the claim too."""
    rows = CampaignArchive.objects.filter(pk=archive.pk, finished_at=None, leased_until=archive.leased_until)
    archive.leased_until = clock.real() + LEASE
    if not rows.update(done=done, total=total, leased_until=archive.leased_until):
        raise NoLongerMine


def _digest(out: IO[bytes]) -> str:
    out.seek(0)
    digest = sha256()
    while chunk := out.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _finish(
    archive: CampaignArchive, *, stored: str = "", facts: dict[str, object] | None = None, problem: str = ""
) -> CampaignArchive:
    with transaction.atomic():
        locked = CampaignArchive.objects.select_for_update(of=("self",)).select_related("posting").get(pk=archive.pk)
        if locked.leased_until != archive.leased_until:
            if stored:
                default_storage.delete(stored)
            raise NoLongerMine
        locked.finished_at, locked.leased_until, locked.problem = clock.now(), None, problem
        if facts:
            locked.file.name, locked.sha256, locked.size = stored, str(facts["sha256"]), int(str(facts["size"]))
            subject = locked.posting.subject
            append("archive.made", at=locked.finished_at, actor="system", subject=subject, facts=facts)
        locked.save()
    return locked


def take(*, archive: CampaignArchive, by: User) -> IO[bytes]:
    """The archive's bytes, for who may take data away; the register tells that a copy left. Raises PermissionDenied."""
    refuse_unless_takes_data(by)
    content: IO[bytes] = archive.file.open("rb")
    with transaction.atomic():
        facts = {"sha256": archive.sha256}
        append("archive.downloaded", at=clock.now(), actor=by.actor, subject=archive.posting.subject, facts=facts)
    return content


def erase(*, posting: Posting) -> int:
    """Take the stored archives of a posting away, in the caller's transaction, since data in them has to go; how many.

    What each was, and its hash, stays. One that is being made is begun again without what went.
    """
    kept = CampaignArchive.objects.select_for_update(of=("self",)).filter(posting=posting, erased_at=None)
    found = list(kept.exclude(sha256=""))
    for archive in found:
        name, at = archive.file.name, clock.now()
        archive.erased_at, archive.file.name = at, ""
        archive.save(update_fields=["erased_at", "file"])
        facts = {"sha256": archive.sha256}
        append("archive.erased", at=at, actor="system", subject=posting.subject, facts=facts)
        transaction.on_commit(partial(default_storage.delete, name or ""))
    kept.filter(finished_at=None).update(leased_until=None)
    return len(found)
