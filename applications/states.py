"""The states of an application and the allowed moves, on one screen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("déposée")
    WITHDRAWN = "withdrawn", _("retirée")
    LAPSED = "lapsed", _("non déposée à la clôture")
    ADMISSIBLE = "admissible", _("recevable")
    INADMISSIBLE = "inadmissible", _("irrecevable")
    SHORTLISTED = "shortlisted", _("présélectionnée")
    NOT_SHORTLISTED = "not_shortlisted", _("non présélectionnée")
    INTERVIEWED = "interviewed", _("entendue")
    RETAINED = "retained", _("retenue")
    RESERVE = "reserve", _("liste complémentaire")
    NOT_RETAINED = "not_retained", _("non retenue")
    RENOUNCED = "renounced", _("a renoncé")


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.LAPSED}),
    State.SUBMITTED: frozenset({State.ADMISSIBLE, State.INADMISSIBLE, State.WITHDRAWN}),
    # Back to submitted: its examination is begun again.
    State.ADMISSIBLE: frozenset({State.SUBMITTED, State.SHORTLISTED, State.NOT_SHORTLISTED, State.WITHDRAWN}),
    # Not retained unheard: who was invited to an interview and did not come.
    State.SHORTLISTED: frozenset({State.INTERVIEWED, State.NOT_RETAINED, State.WITHDRAWN}),
    State.INTERVIEWED: frozenset({State.RETAINED, State.RESERVE, State.NOT_RETAINED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
    State.LAPSED: frozenset(),
    # Until its letter is out, a file that fell out looks like the others to its candidate, who may withdraw it too.
    State.INADMISSIBLE: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.NOT_SHORTLISTED: frozenset({State.WITHDRAWN}),
    State.RETAINED: frozenset({State.RENOUNCED}),
    # Called when the one retained renounces.
    State.RESERVE: frozenset({State.RETAINED, State.RENOUNCED}),
    State.NOT_RETAINED: frozenset(),
    State.RENOUNCED: frozenset(),
}

#: Never submitted: the file has no manifest.
UNSUBMITTED = frozenset({State.DRAFT, State.LAPSED})
#: What an examination found; it may be begun again while nothing was built on it.
SCREENED = frozenset({State.ADMISSIBLE, State.INADMISSIBLE})
#: In the race: something is still to be decided.
IN_PLAY = frozenset({State.SUBMITTED, State.ADMISSIBLE, State.SHORTLISTED, State.INTERVIEWED})
#: Owed a decision letter once the authority has decided.
DECIDED_BEFORE_THE_END = frozenset({State.INADMISSIBLE, State.NOT_SHORTLISTED})
FINAL = frozenset({State.RETAINED, State.RESERVE, State.NOT_RETAINED, State.RENOUNCED})


def may_move(old: str, new: str) -> bool:
    """Whether the table allows the move."""
    return State(new) in MOVES[State(old)]


def shown_to_candidate(state: str, *, letter_released: bool) -> State:
    """The state as its candidate may know it.

    From submission to the decision's letter every file in the campaign looks the same: were one step shown to those who
    passed it, its absence would tell the others.
    """
    if letter_released or state in UNSUBMITTED or state == State.WITHDRAWN:
        return State(state)
    return State.SUBMITTED
