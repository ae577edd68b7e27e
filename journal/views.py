"""The public register: what it states and who signs it, and one entry to who holds the paper that bears its address."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from journal import checkpoint as sealing
from journal import keys, proofs
from journal.addresses import is_address_of
from journal.forms import ComparisonForm, ProofForm
from journal.models import Checkpoint, Entry
from journal.policy import PRINTED
from journal.words import words

SHOWN = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the register is, its key, and the last checkpoints."""
    public = keys.public_key()
    checkpoints = list(Checkpoint.objects.all()[:SHOWN])
    context = {
        "checkpoints": checkpoints,
        "size": checkpoints[0].size if checkpoints else 0,
        "origin": settings.PMP_JOURNAL_ORIGIN,
        "fingerprint": keys.fingerprint(public),
        "verifier": keys.verifier(settings.PMP_JOURNAL_ORIGIN, public),
    }
    return render(request, "journal/home.html", context)


@require_safe
@never_cache
def latest(request: HttpRequest) -> HttpResponse:
    """The last checkpoint, as a signed note."""
    last = sealing.latest()
    if last is None:
        raise Http404
    return _text(last.note)


@require_safe
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """The checkpoint of that size, as a signed note."""
    return _text(_checkpoint_or_404(size).note)


@require_safe
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """The proof that a checkpoint only adds to an older one."""
    if old > new:
        raise Http404
    return JsonResponse(proofs.prove_consistency(_checkpoint_or_404(old), _checkpoint_or_404(new)))


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key, as one line that verifiers of signed notes take."""
    return _text(keys.verifier(settings.PMP_JOURNAL_ORIGIN, keys.public_key()) + "\n")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a proof that someone uploads or pastes: 200 when it holds, 422 when it fails or there is none."""
    form = ProofForm(request.POST, request.FILES) if request.method == "POST" else ProofForm()
    verdict = proofs.verify_here(proofs.load(form.cleaned_data["proof"])) if form.is_valid() else None
    accepted = request.method != "POST" or (verdict is not None and verdict.ok)
    context: dict[str, Any] = {"form": form, "verdict": verdict}
    if verdict is not None and verdict.ok:
        found = verdict.details
        context |= {"found": found, "act": words(found["kind"]), "place": found["index"] + 1}
        context["fingerprint"] = keys.fingerprint(keys.public_key())
    return render(request, "journal/verify.html", context, status=200 if accepted else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def entry(request: HttpRequest, pk: int, check: str) -> HttpResponse:
    """Whether the entry that a paper names stands in the register, and whether a manifest is the one it names."""
    found = Entry.objects.filter(pk=pk, kind__in=PRINTED).select_related("leaf").first()
    if found is None or not is_address_of(found, check):
        return render(request, "journal/entry_unknown.html", status=404)
    form = ComparisonForm(request.POST, request.FILES) if request.method == "POST" else ComparisonForm()
    same = form.cleaned_data["digest"] == found.facts.get("manifest_sha256") if form.is_valid() else None
    context = {"entry": found, "act": words(found.kind), "dossier": found.subject.partition(":")[2]}
    context |= {"form": form, "same": same, **_sealing(found)}
    response = render(request, "journal/entry.html", context, status=422 if form.is_bound and not same else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


def _sealing(entry: Entry) -> dict[str, Any]:
    """Where the entry stands in the tree, proved again on the spot; nothing while it waits to be sealed."""
    try:
        verdict = proofs.verify_here(proofs.prove(entry))
    except proofs.NotSealedYet:
        return {"verdict": None}
    first = Checkpoint.objects.filter(size__gt=entry.leaf.index).order_by("size").first()
    return {"verdict": verdict, "place": entry.leaf.index + 1, "sealed": first, "size": verdict.details.get("size")}


def _checkpoint_or_404(size: int) -> Checkpoint:
    return get_object_or_404(Checkpoint, size=size)


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
