"""A candidate's own written exercise: before, while they write, and once it is in."""

import logging
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import person
from applications.states import State
from applications.views.page import file_context
from evaluations import sittings
from evaluations.distinctive_signs import Sign, SignKind
from evaluations.endings import digest, end_if_due, signs_in
from evaluations.models import Sitting
from evaluations.models.exercise import TEXT_LENGTH
from evaluations.policy_exercise import get_own_sitting_or_404, get_published_subject_or_404, may_read_subject
from evaluations.sealing import SealBroken, payload
from evaluations.sittings import ChangedElsewhere, SittingOver
from journal import clock

logger = logging.getLogger(__name__)
#: Signs that the page lists; more would hide what matters.
SHOWN = 12


def _own(request: HttpRequest, slug: str) -> Sitting:
    """The person's own sitting, ended first if its time is up: the page never waits for the sweep."""
    sitting = get_own_sitting_or_404(request.user, slug)
    return get_own_sitting_or_404(request.user, slug) if end_if_due(sitting) else sitting


def _told(sign: Sign) -> str:
    """A sign in words, with what the author wrote."""
    words = {
        SignKind.NAME: _("votre nom ou votre prénom"),
        SignKind.INITIALS: _("vos initiales"),
        SignKind.EMAIL: _("votre adresse électronique"),
        SignKind.PHONE: _("votre téléphone"),
        SignKind.NATIONAL_ID: _("votre numéro d’identité"),
        SignKind.DOSSIER: _("votre numéro de dossier"),
        SignKind.OTHER: _("une adresse ou un numéro"),
    }
    return _("%(what)s : « %(excerpt)s »") % {"what": words[sign.kind], "excerpt": sign.excerpt}


def _signs(sitting: Sitting, text: str) -> list[str]:
    return list(dict.fromkeys(_told(sign) for sign in signs_in(text, sitting.application)))[:SHOWN]


def _context(sitting: Sitting) -> dict[str, Any]:
    exercise, now = sitting.exercise, clock.now()
    readable = may_read_subject(sitting) and exercise.opened_at is not None
    return {
        **file_context(sitting.application),
        "sitting": sitting,
        "exercise": exercise,
        "now": now,
        "may_begin": exercise.sealed_at is not None
        and not sitting.place
        and sitting.ended_at is None
        and exercise.opens_at <= now < sitting.due_at,
        "subject": exercise.subject if readable else "",
        "documents": exercise.documents if readable else [],
        "withdrawn": sitting.application.state == State.WITHDRAWN,
    }


def _write(
    request: HttpRequest,
    sitting: Sitting,
    *,
    text: str | None = None,
    refusal: str = "",
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page on which the composition is written; ``text`` is what was typed and not kept."""
    shown = sitting.text if text is None else text
    context = {
        **_context(sitting),
        "text": shown,
        "page": sitting.new_page(),
        "longest": TEXT_LENGTH,
        "words": len(shown.split()),
        "signs": _signs(sitting, shown),
        "refusal": refusal,
        "changed": changed,
    }
    return render(request, "evaluations/my_exercise/write.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_exercise(request: HttpRequest, slug: str) -> HttpResponse:
    """Before: when and how. Meanwhile: the text, whose own button posts here. Afterwards: what was handed in."""
    sitting = _own(request, slug)
    if sitting.ended_at is not None:
        context = {**_context(sitting), "sha256": digest(sitting)}
        status = 409 if request.method == "POST" else 200
        return render(request, "evaluations/my_exercise/ended.html", context, status=status)
    if sitting.started_at is None or sitting.application.state == State.WITHDRAWN:
        return render(request, "evaluations/my_exercise/before.html", _context(sitting))
    return _save(request, sitting) if request.method == "POST" else _write(request, sitting)


def _save(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    slug, text = sitting.exercise.posting.slug, sittings.clean(request.POST.get("text", ""))
    try:
        sittings.save(sitting=sitting, text=text, page=request.POST.get("page", ""), by=person(request))
    except SittingOver:
        return redirect("evaluations:my_exercise", slug)
    except ChangedElsewhere as elsewhere:
        return _write(request, elsewhere.sitting, text=text, changed=True, status=409)
    except ValidationError as error:
        return _write(request, sitting, text=text, refusal=" ".join(error.messages), status=422)
    if "hand_in" in request.POST:
        return redirect("evaluations:hand_in", slug)
    messages.success(request, _("Votre composition est enregistrée."))
    return redirect("evaluations:my_exercise", slug)


@login_required
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """The button that opens the subject."""
    sitting = _own(request, slug)
    try:
        sittings.begin(sitting=sitting, by=person(request))
    except SittingOver:
        pass  # the page says how it ended
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except SealBroken:
        logger.error("A sealed subject doesn't open with this installation's secret: %s", slug)
        words = _(
            "Le sujet ne peut pas être ouvert. Ce n’est pas de votre fait : personne ne sera compté absent, et vous serez convoqué de nouveau."
        )
        messages.error(request, words)
    return redirect("evaluations:my_exercise", slug)


@login_required
@require_POST
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Autosave: the text in; when it was kept, and what in it would break the anonymity, out."""
    sitting, text = get_own_sitting_or_404(request.user, slug), request.POST.get("text")
    if text is None:
        return JsonResponse({"message": _("Rien à enregistrer.")}, status=409)
    try:
        kept = sittings.save(sitting=sitting, text=text, page=request.POST.get("page", ""), by=person(request))
    except SittingOver:
        end_if_due(sitting)
        return JsonResponse({"message": _("L’épreuve est terminée : ce qui était enregistré est rendu.")}, status=409)
    except ChangedElsewhere:
        words = _(
            "Rien n’est remplacé : ce texte a été modifié dans un autre onglet ou sur un autre appareil. "
            "Copiez ce que vous voulez garder d’ici, puis actualisez la page."
        )
        return JsonResponse({"message": words}, status=409)
    except ValidationError as error:
        return JsonResponse({"errors": {"text": error.messages}}, status=422)
    answer: dict[str, Any] = {
        "saved_at": kept.saved_at,
        "errors": {},
        "signs": _signs(kept, kept.text),
        "due_at": kept.due_at,
    }
    return JsonResponse(answer)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, slug: str) -> HttpResponse:
    """What will be handed in, read once more with what would break its anonymity; then the deliberate act."""
    sitting = _own(request, slug)
    if sitting.ended_at is not None or sitting.started_at is None:
        return redirect("evaluations:my_exercise", slug)
    status, changed = 200, False
    if request.method == "POST":
        try:
            sittings.hand_in(sitting=sitting, seen=request.POST.get("seen", ""), by=person(request))
        except ChangedElsewhere as elsewhere:
            sitting, status, changed = elsewhere.sitting, 409, True
        except (SittingOver, ValidationError):
            return redirect("evaluations:my_exercise", slug)
        else:
            return redirect("evaluations:my_exercise", slug)
    context = {**_context(sitting), "signs": _signs(sitting, sitting.text), "changed": changed}
    return render(request, "evaluations/my_exercise/hand_in.html", context, status=status)


@never_cache
@require_safe
def hour(request: HttpRequest, until: int) -> HttpResponse:
    """The hour, for a page that counts down to ``until`` (milliseconds of Unix time): whose page is not asked."""
    try:
        closes_at = datetime.fromtimestamp(until / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Http404 from error
    return JsonResponse({"now": clock.now(), "closes_at": closes_at})


@require_safe
def opened_subject(request: HttpRequest, slug: str) -> HttpResponse:
    """The subject as it was sealed, its salt and its commitment, for whoever checks them; once nobody is still to sit it."""
    exercise = get_published_subject_or_404(slug)
    told = {
        "payload": payload(exercise.subject, exercise.documents),
        "salt": exercise.salt,
        "commitment": exercise.commitment,
        "rule": "commitment = HMAC-SHA-256(key = salt from hexadecimal, message = payload in UTF-8), in hexadecimal",
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
