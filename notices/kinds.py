"""Every kind of notice. A test holds that each has its templates under ``templates/notices/<kind>/``."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """What a kind of message needs.

    ``letter``: it carries a PDF. ``approval``: it leaves only after approval and a hold. ``urgent``: the
    web process tries at once. ``ephemeral``: its context is a secret, wiped once sent.
    """

    fields: frozenset[str]
    letter: bool = False
    approval: bool = False
    urgent: bool = False
    ephemeral: bool = False


def _kind(*fields: str, **flags: bool) -> Kind:
    return Kind(fields=frozenset(fields), **flags)


KINDS: dict[str, Kind] = {
    "signin_code": _kind("code", urgent=True, ephemeral=True),
    "signin_closed": _kind(urgent=True, ephemeral=True),
    "fresh_code": _kind("code", urgent=True, ephemeral=True),
    "address_change_old": _kind("code", "new_address", urgent=True, ephemeral=True),
    "address_change_new": _kind("code", urgent=True, ephemeral=True),
    "address_change_taken": _kind(urgent=True, ephemeral=True),
    "address_changed": _kind("at"),
    "passkey_added": _kind("at"),
    "second_factor_changed": _kind("at", "change"),
    "erasure_answered": _kind("post", "dossier", "name", "answer"),
    "receipt": _kind(
        "post",
        "dossier",
        "name",
        "submitted_at",
        "documents",
        "answers_sha256",
        "manifest_sha256",
        "entry_hash",
        "entry_page",
        letter=True,
    ),
    "withdrawn": _kind("post", "dossier", "name", "at"),
    "intake_closed": _kind("post", "dossier", "name", "closed_at"),
    "draft_reminder": _kind("post", "name", "closes_at", "left", "missing", "link"),
    "draft_lapsed": _kind("post", "name", "closed_at"),
    "deadline_extended": _kind("post", "name", "previous", "closes_at", "reason"),
    "posting_cancelled": _kind("post", "dossier", "name", "cancelled_at", "reason", letter=True),
    "interview_invitation": _kind(
        "post", "dossier", "name", "starts_at", "minutes", "place", "link", "reason", letter=True
    ),
    "exercise_invitation": _kind(
        "post", "dossier", "name", "title", "opens_at", "closes_at", "minutes", "extra", "place", "again", letter=True
    ),
    "exercise_received": _kind("post", "dossier", "name", "ending", "ended_at", "words", "sha256", "entry_hash"),
    "interview_reminder": _kind("post", "dossier", "name", "starts_at", "minutes", "place", "link", "left"),
    "interview_cancelled": _kind("post", "dossier", "name", "starts_at"),
    "piece_requested": _kind("post", "dossier", "name", "piece", "message", "due_at"),
    "piece_received": _kind("post", "dossier", "name", "piece", "received_at", "file", "sha256"),
    "accommodation_answered": _kind("post", "dossier", "name"),
    "objection_received": _kind("post", "dossier", "name", "lodged_at", "answer_due_at", "entry_hash"),
    "objection_answered": _kind(
        "post", "dossier", "name", "lodged_at", "answered_at", "outcome", "reasons", "entry_hash", letter=True
    ),
    "reference_request": _kind("post", "name", "candidate", "words", "link", "expires_at", ephemeral=True),
    "reference_reminder": _kind("post", "name", "candidate", "link", "asked_at", "expires_at", ephemeral=True),
    "decision": _kind(
        "post",
        "dossier",
        "name",
        "outcome",
        "rank",
        "reasons",
        "decided_at",
        "reserve_ends_at",
        "totals",
        "entry_hash",
        letter=True,
        approval=True,
    ),
    "renunciation_recorded": _kind("post", "dossier", "name", "at", "was", "entry_hash", letter=True),
    "called_from_reserve": _kind("post", "dossier", "name", "at", "rank", "entry_hash", letter=True),
}

#: What HR calls each kind.
LABELS = {
    "signin_code": _("code de connexion"),
    "signin_closed": _("connexion à un compte fermé"),
    "fresh_code": _("code de signature"),
    "address_change_old": _("code de changement d’adresse (ancienne)"),
    "address_change_new": _("code de changement d’adresse (nouvelle)"),
    "address_change_taken": _("changement d’adresse vers une adresse déjà prise"),
    "address_changed": _("adresse changée"),
    "passkey_added": _("clé d’accès ajoutée"),
    "second_factor_changed": _("second facteur ajouté, retiré ou réinitialisé"),
    "erasure_answered": _("réponse à une demande d’effacement"),
    "receipt": _("récépissé"),
    "withdrawn": _("retrait"),
    "intake_closed": _("dossier enregistré à la clôture"),
    "draft_reminder": _("rappel : brouillon non déposé"),
    "draft_lapsed": _("brouillon non déposé"),
    "deadline_extended": _("report de la date limite"),
    "posting_cancelled": _("annulation de l’avis"),
    "interview_invitation": _("convocation à l’entretien"),
    "exercise_invitation": _("convocation à l’épreuve écrite"),
    "exercise_received": _("composition reçue"),
    "interview_reminder": _("rappel de l’entretien"),
    "interview_cancelled": _("entretien annulé après un retrait"),
    "piece_requested": _("demande de pièce"),
    "piece_received": _("pièce demandée reçue"),
    "accommodation_answered": _("réponse sur un aménagement"),
    "objection_received": _("recours reçu"),
    "objection_answered": _("réponse à un recours"),
    "reference_request": _("demande de référence"),
    "reference_reminder": _("rappel à un référent"),
    "decision": _("décision"),
    "renunciation_recorded": _("renonciation enregistrée"),
    "called_from_reserve": _("appel sur la liste complémentaire"),
}
