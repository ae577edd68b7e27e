"""What the public page of a notice shows, worked out before it is drawn."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from postings.models import Criterion, Posting, Stage

#: What would end a script element or open one; escaped in JSON, they mean the same.
_HTML_IN_JSON = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class JudgedStage:
    """One stage as the public reads it: its weight in the whole, and each criterion with its weight, in percent."""

    code: str
    percent: Decimal
    criteria: list[tuple[Criterion, Decimal]]


def judged_stages(posting: Posting) -> list[JudgedStage]:
    """The two stages in the order in which they come."""
    criteria = list(posting.criteria.all())
    weights = {Stage.SKILLS: posting.skills_weight, Stage.INTERVIEW: posting.interview_weight}
    return [
        JudgedStage(stage.value, weight * 100, [(c, c.weight * 100) for c in criteria if c.stage == stage])
        for stage, weight in weights.items()
    ]


def paragraphs(posting: Posting) -> list[str]:
    """The notice's paragraphs, word for word."""
    return [line for line in posting.notice_text.splitlines() if line.strip()]


def utc_offset(moment: datetime, zone: str) -> str:
    """The offset from UTC at ``moment`` itself, such as « UTC+1 »: Morocco's is not the same all year."""
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    tail = f":{rest:02}" if rest else ""
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{tail}"


def job_posting(posting: Posting, url: str) -> dict[str, Any]:
    """The notice as a schema.org JobPosting."""
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": posting.title,
        "description": "".join(f"<p>{escape(text)}</p>" for text in paragraphs(posting)),
        "identifier": {"@type": "PropertyValue", "name": posting.institution, "value": posting.slug},
        "datePosted": localtime(posting.published_at).date().isoformat() if posting.published_at else None,
        "validThrough": localtime(posting.closes_at).isoformat(),
        "employmentType": "FULL_TIME",
        "hiringOrganization": {"@type": "GovernmentOrganization", "name": posting.institution},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": posting.locality,
                "addressCountry": posting.country,
            },
        },
        "directApply": True,
        "url": url,
    }


def as_json_ld(value: dict[str, Any]) -> SafeString:
    """A data block: not a script, so the content security policy lets it stand, and nothing in it can end it early."""
    text = json.dumps(value, ensure_ascii=False).translate(_HTML_IN_JSON)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
