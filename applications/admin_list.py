"""The list of files at a hundred thousand: a search that uses indexes, a count that stops, columns filled for one page."""

from collections import Counter
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import smart_split, unescape_string_literal

from accounts.models import User
from applications.models import Application, Check, Condition, Document, Verdict
from applications.states import UNSUBMITTED
from postings.models import DocumentRequirement

#: Nobody turns two hundred pages: beyond, the list says « more than », and one narrows it.
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts no further than the pages that anybody turns."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: MOST_COUNTED + 1].count()


class FileList(ChangeList):
    """The list; what a row shows of other tables is read for the rows of the page alone."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        fill(self.result_list)


def fill(files: list[Application]) -> None:
    """Give each file its counts: three queries, however many files."""
    keys = [file.pk for file in files]
    documents = Document.objects.filter(application__in=keys, requirement__required=True).order_by()
    provided = dict(documents.values_list("application").annotate(Count("requirement", distinct=True)))
    postings = {file.posting_id for file in files}
    rows = DocumentRequirement.objects.filter(posting__in=postings).order_by().values_list("posting", "required")
    asked = Counter({(posting, required): n for posting, required, n in rows.annotate(Count("pk"))})
    checks = Check.objects.filter(application__in=keys).order_by().values_list("application", "verdict")
    found = Counter({(pk, verdict): n for pk, verdict, n in checks.annotate(Count("pk"))})
    for row in files:
        file: Any = row
        file.provided, file.asked = provided.get(file.pk, 0), asked[file.posting_id, True]
        file.fine = found[file.pk, Verdict.OK]
        file.amiss = found[file.pk, Verdict.MISSING] + found[file.pk, Verdict.DOUBTFUL]
        file.lines = file.asked + asked[file.posting_id, False] + len(Condition)


def search(files: QuerySet[Application], words: str) -> QuerySet[Application]:
    """The files that hold every word, in their code, a name or the candidate's address; drafts by their whole code alone.

    Names and addresses are looked for in tables of their own, each by its index, then joined.
    """
    terms = [unescape_string_literal(bit) if bit[:1] in "\"'" else bit for bit in smart_split(words)]
    for term in terms:
        own = Q(dossier_code__icontains=term) | Q(family_name__icontains=term) | Q(given_names__icontains=term)
        named = Application.objects.filter(own).order_by().values("pk")
        written = Application.objects.filter(candidate__in=User.objects.filter(email__icontains=term).values("pk"))
        files = files.filter(pk__in=named.union(written.order_by().values("pk")))
    whole = Q(dossier_code__iexact=words.strip())
    return files.filter(whole | ~Q(state__in=sorted(UNSUBMITTED)))
