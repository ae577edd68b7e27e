"""Who may see and do what with the written exercise, and when the jury may begin to mark it."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.policy import Visitor, is_candidate
from applications.models import Application
from applications.states import State
from evaluations.models import Ending, Exercise, ScoreSheet, Sitting
from postings.models import Posting, Stage

#: The files whose candidate did not sit the exercise: nobody marks them, and they are not shortlisted.
MISSED = Q(sitting__ending=Ending.ABSENT)


def exercise_of(posting: Posting) -> Exercise | None:
    """The posting's exercise, if it has one."""
    return Exercise.objects.filter(posting=posting).first()


def markers_are_drawn(posting: Posting) -> bool:
    """Whether the compositions went to the jury: from then on nothing of the exercise changes."""
    return ScoreSheet.objects.filter(application__posting=posting, stage=Stage.SKILLS).exists()


def still_to_sit(posting: Posting) -> list[str]:
    """The dossier codes of the admissible files that the marking waits for; nobody where there is no exercise."""
    if not Exercise.objects.filter(posting=posting).exists():
        return []
    files = Application.objects.filter(posting=posting, state=State.ADMISSIBLE, sitting__ended_at=None)
    return list(files.order_by("dossier_code").values_list("dossier_code", flat=True))


def is_over(exercise: Exercise) -> bool:
    """Whether it has opened and nobody is still to sit it."""
    return exercise.opened_at is not None and not still_to_sit(exercise.posting)


def missed(application: Application) -> bool:
    """Whether the candidate did not sit the exercise."""
    sitting = getattr(application, "sitting", None)
    return sitting is not None and sitting.ending == Ending.ABSENT


def get_own_sitting_or_404(user: Visitor, slug: str) -> Sitting:
    """The person's own sitting, once they were invited."""
    if not is_candidate(user):
        raise Http404
    rows = Sitting.objects.select_related("exercise__posting", "application__posting", "application__candidate")
    return get_object_or_404(rows, application__candidate=user, application__posting__slug=slug)


def get_sitting_or_404(posting: Posting, dossier_code: str) -> Sitting:
    """A candidate's sitting, for HR."""
    rows = Sitting.objects.select_related("exercise__posting", "application__candidate")
    return get_object_or_404(rows, application__posting=posting, application__dossier_code=dossier_code)


def get_exercise_or_404(posting: Posting) -> Exercise:
    """The posting's exercise, for those whose role the view has checked."""
    return get_object_or_404(Exercise.objects.select_related("posting"), posting=posting)


def get_published_subject_or_404(slug: str) -> Exercise:
    """The exercise whose subject anyone may read: once nobody is still to sit it."""
    exercise = get_object_or_404(Exercise.objects.select_related("posting"), posting__slug=slug)
    if not is_over(exercise):
        raise Http404
    return exercise


def may_read_subject(sitting: Sitting) -> bool:
    """A candidate reads the subject from their own beginning on; on paper, or absent, once everybody is done."""
    return sitting.started_at is not None or is_over(sitting.exercise)
