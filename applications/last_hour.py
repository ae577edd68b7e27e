"""The last hour of a draft: what every page that its owner sees must say."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policy import Visitor
from applications.completeness import Missing
from applications.models import Application
from applications.policy import own_applications
from applications.states import State
from journal import clock
from postings.deadline import is_open, remaining
from postings.models import Posting

LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class LastHour:
    """A draft whose deadline is ahead, and where its owner should go: ``href``, called ``action``; nowhere when empty.

    ``elsewhere``: on a page that isn't the draft's own, and so says nothing else of it.
    """

    posting: Posting
    now: datetime
    href: str
    action: str
    elsewhere: bool = False
    seconds: int = int(LENGTH.total_seconds())

    @property
    def has_come(self) -> bool:
        """Whether the last hour has begun; the page holds the banner before that, hidden."""
        return remaining(self.posting, self.now) <= LENGTH


def of_file(application: Application, now: datetime, lacking: list[Missing], current: str) -> LastHour | None:
    """On a page of the draft itself: to what is missing, or to the button that submits."""
    if application.state != State.DRAFT or not is_open(application.posting, now):
        return None
    page, action = ("overview", _("Voir ce qui manque")) if lacking else ("review", _("Relire et déposer"))
    href = reverse(f"applications:{page}", args=[application.posting.slug])
    if page == current:
        href, action = ("", "") if lacking else ("#deposer", _("Aller au bouton de dépôt"))
    return LastHour(application.posting, now, href, action)


def elsewhere(user: Visitor) -> LastHour | None:
    """On any other page: to the person's draft that closes first."""
    unsubmitted = own_applications(user).filter(state=State.DRAFT, posting__closed_at__isnull=True)
    drafts = list(unsubmitted.order_by("posting__closes_at"))
    if not drafts:
        return None
    now = clock.now()
    posting = next((draft.posting for draft in drafts if is_open(draft.posting, now)), None)
    if posting is None:
        return None
    href = reverse("applications:overview", args=[posting.slug])
    return LastHour(posting, now, href, _("Ouvrir mon dossier"), elsewhere=True)
