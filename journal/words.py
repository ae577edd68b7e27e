"""What each kind of entry is called in French, for the people who read a proof or the journal."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "clock.moved": _("Horloge de la répétition déplacée"),
    "account.created": _("Compte ouvert"),
    "account.closed": _("Compte fermé"),
    "account.reopened": _("Compte rouvert"),
    "posting.published": _("Avis publié"),
    "posting.extended": _("Date limite repoussée"),
    "posting.closed": _("Réception des candidatures close"),
    "application.started": _("Brouillon ouvert"),
    "application.submitted": _("Candidature déposée"),
    "application.withdrawn": _("Candidature retirée"),
    "application.lapsed": _("Brouillon resté non déposé à la clôture"),
    "application.refused_incomplete": _("Dépôt refusé car le dossier était incomplet"),
    "application.refused_late": _("Dépôt refusé car tardif"),
    "application.admitted": _("Dossier jugé recevable"),
    "application.found_inadmissible": _("Dossier jugé irrecevable"),
    "document.viewed": _("Pièce consultée par un agent"),
    "panel.composed": _("Jury composé"),
    "panel.declared": _("Conflit d’intérêts ou absence déclarés"),
    "skills.assigned": _("Correcteurs tirés au sort"),
    "sheet.sealed": _("Grille de notation scellée"),
    "sheet.reopened": _("Grille de notation rouverte"),
    "sheet.reassigned": _("Grille de notation confiée à un autre membre"),
    "sheet.excused": _("Membre excusé pour un entretien"),
    "gap.discussed": _("Écart de notes discuté"),
    "skills.closed": _("Évaluation des compétences close"),
    "application.shortlisted": _("Candidat présélectionné"),
    "application.not_shortlisted": _("Candidat non présélectionné"),
    "interview.scheduled": _("Entretien fixé"),
    "interview.rescheduled": _("Entretien déplacé"),
    "interview.missed": _("Absence du candidat à l’entretien"),
    "application.interviewed": _("Entretien noté"),
    "reference.requested": _("Référent sollicité"),
    "reference.answered": _("Réponse du référent reçue"),
    "reference.verified": _("Référence vérifiée"),
    "deliberation.opened": _("Délibération ouverte"),
    "deliberation.closed": _("Délibération close"),
    "deliberation.minuted": _("Procès-verbal établi"),
    "application.retained": _("Candidat retenu"),
    "application.reserved": _("Candidat inscrit sur la liste complémentaire"),
    "application.not_retained": _("Candidat non retenu"),
    "decision.taken": _("Décision prise"),
    "notice.prepared": _("Message préparé"),
    "notice.approved": _("Message approuvé"),
    "notice.recalled": _("Message rappelé"),
    "notice.released": _("Message remis à l’envoi"),
    "notice.sent": _("Message envoyé"),
    "notice.failed": _("Message non délivré"),
    "notice.uncertain": _("Envoi incertain"),
    "notice.resent": _("Message renvoyé"),
    "notice.confirmed": _("Arrivée du message confirmée"),
}


def words(kind: str) -> str:
    """« Candidature déposée »; the kind itself when it has no words."""
    return str(WORDS.get(kind, kind))
