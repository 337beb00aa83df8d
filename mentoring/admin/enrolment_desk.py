"""The desk of the mentors and the mentees: whom to decide about, who comes back, who waits."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit.desk import ReadOnlyDesk, desk_url
from mentoring.models import Enrolment, Format, Help, Hurdle, Language, Mentee, Mentor, PairStatus, Specialty, Visa
from mentoring.refusals import MentoringRefused
from mentoring.suggestions import suggestions_for

from . import needs
from .enrolment_verbs import MENTEE_VERBS, MENTOR_VERBS, PROPOSE
from .filters import ClearedHurdle, HasSpecialty, MenteesNeedUs, MentorsNeedUs, SpeaksLanguage
from .shown import cleared, day, hours, labels, moment, who

_OPEN = Q(pairs__status__in=(PairStatus.PROPOSED, PairStatus.ACTIVE))
_THEIRS = ("from_school", "what_specialties", "what_languages", "what_help", "what_formats", "free", "region")
# Whose names stand in a list stay out of the file that somebody takes away.
NAMES = {"name", "mentor_name", "mentee_name"}


class WithoutNamesInFiles(ReadOnlyDesk):
    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        columns = tuple(super().get_list_display(request))
        is_file = request.method == "POST" and request.POST.get("action") == "export_as_csv"
        return tuple(name for name in columns if not (is_file and name in NAMES))


class EnrolledDesk(WithoutNamesInFiles):
    """A supervisor's name and whether a mentor is a woman are for matching alone: nobody reads them here."""

    refused = MentoringRefused
    list_per_page = 50
    list_select_related = ("person",)
    search_fields = ("person__full_name", "person__email")
    search_help_text = "A person's name or e-mail address."
    ordering = (F("applied_at").asc(nulls_last=True), "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("person", "decided_by", "rules")
        return rows.annotate(open_pairs=Count("pairs", filter=_OPEN))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """What helps the person to fill in the form is not for staff."""
        silent = {field.name: "" for field in self.opts.fields}
        return super().get_form(request, obj, change, help_texts=silent, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(name for _, options in self.fieldsets for name in options["fields"])

    @admin.display(description="number", ordering="pk")
    def number(self, enrolled: Mentor | Mentee) -> str:
        return str(enrolled).capitalize()

    @admin.display(description="name", ordering="person__full_name")
    def name(self, enrolled: Mentor | Mentee) -> str:
        return enrolled.person.full_name

    @admin.display(description="who")
    def whose(self, enrolled: Mentor | Mentee) -> str:
        return who(enrolled.person)

    @admin.display(description="sent", ordering="applied_at")
    def sent(self, enrolled: Mentor | Mentee) -> str:
        return moment(enrolled.applied_at)

    @admin.display(description="decided")
    def decided(self, enrolled: Mentor | Mentee) -> str:
        by = enrolled.decided_by or "somebody who has left"
        return f"{moment(enrolled.decided_at)}, {by}" if enrolled.decided_at else "not yet"

    @admin.display(description="ground rules")
    def accepted(self, enrolled: Mentor | Mentee) -> str:
        return f"{enrolled.rules}, {moment(enrolled.rules_accepted_at)}" if enrolled.rules else "not accepted"

    @admin.display(description="back from a pause on", ordering="paused_until")
    def back_on(self, enrolled: Mentor | Mentee) -> str:
        return day(enrolled.paused_until)

    @admin.display(description="renewal due", ordering="renew_on")
    def renewal(self, enrolled: Mentor | Mentee) -> str:
        return day(enrolled.renew_on)

    @admin.display(description="medical school")
    def from_school(self, enrolled: Mentor | Mentee) -> str:
        return ", ".join(str(each) for each in (enrolled.school_country, enrolled.graduation_year) if each) or "none"

    @admin.display(description="specialties")
    def what_specialties(self, enrolled: Mentor | Mentee) -> str:
        return labels(enrolled.specialties, Specialty.choices)

    @admin.display(description="languages")
    def what_languages(self, enrolled: Mentor | Mentee) -> str:
        return labels(enrolled.languages, Language.choices)

    @admin.display(description="help")
    def what_help(self, enrolled: Mentor | Mentee) -> str:
        return labels(enrolled.help, Help.choices)

    @admin.display(description="kinds of mentoring")
    def what_formats(self, enrolled: Mentor | Mentee) -> str:
        return labels(enrolled.formats, Format.choices)

    @admin.display(description="free hours")
    def free(self, enrolled: Mentor | Mentee) -> str:
        return f"{hours(enrolled.free_hours)} ({enrolled.person.time_zone})"

    @admin.display(description="pairs")
    def pairs(self, enrolled: Mentor | Mentee) -> SafeString | str:
        rows = ((desk_url(pair), pair, pair.get_status_display()) for pair in enrolled.pairs.all())
        return format_html_join("", '<p><a href="{}">{}</a>: {}</p>', rows) or "none yet"


@admin.register(Mentor)
class MentorDesk(EnrolledDesk):
    verbs = MENTOR_VERBS
    list_display = ("number", "name", "status", "places", "what_specialties", "region", "sent", "back_on", "renewal")
    list_filter = (MentorsNeedUs, HasSpecialty, SpeaksLanguage, ClearedHurdle, "region")
    fieldsets = (
        ("Where it stands", {"fields": ("whose", "status", "sent", "decided", "refusal_reason", "accepted")}),
        ("What was looked up", {"fields": ("license_checked_on", "membership_checked_on", "check_note")}),
        ("What they offer", {"fields": (*_THEIRS, "what_hurdles", "what_visas", "contact_by", "about")}),
        ("Places", {"fields": ("places", "hours_a_month", "is_listed", "back_on", "renewal", "pairs")}),
    )
    asks = (
        ("Mentors to approve", "applied", needs.applied),
        ("Mentors coming back from a pause", "returning", needs.returning),
    )

    @admin.display(description="places taken")
    def places(self, mentor: Mentor) -> str:
        return f"{mentor.open_pairs} of {mentor.capacity}"

    @admin.display(description="steps cleared")
    def what_hurdles(self, mentor: Mentor) -> str:
        return cleared(mentor.hurdles, Hurdle.choices)

    @admin.display(description="visa path lived")
    def what_visas(self, mentor: Mentor) -> str:
        return labels(mentor.visas, Visa.choices)


@admin.register(Mentee)
class MenteeDesk(EnrolledDesk):
    verbs = MENTEE_VERBS
    list_display = ("number", "name", "status", "stage", "next_hurdle", "region", "sent", "waits", "unanswered")
    list_filter = (MenteesNeedUs, "next_hurdle", HasSpecialty, SpeaksLanguage, "region")
    fieldsets = (
        ("Where it stands", {"fields": ("whose", "status", "sent", "decided", "refusal_reason", "accepted")}),
        ("What they want", {"fields": ("stage", "match_year", "next_hurdle", "further", *_THEIRS, "needed", "goals")}),
        ("Their turn", {"fields": ("waits", "unanswered", "chosen", "back_on", "renewal", "pairs")}),
        ("Mentors who would fit", {"fields": ("suggested",), "description": "The reasons speak to the mentee."}),
    )
    asks = (("Mentees to approve", "applied", needs.applied),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Who may not propose is not offered anybody."""
        may = any(map(request.user.has_perm, PROPOSE.permissions))
        return self.fieldsets if may else self.fieldsets[:-1]

    @admin.display(description="waits since", ordering=F("waiting_since").asc(nulls_last=True))
    def waits(self, mentee: Mentee) -> str:
        return day(mentee.waiting_since)

    @admin.display(description="further steps")
    def further(self, mentee: Mentee) -> str:
        return labels(mentee.further_hurdles, Hurdle.choices)

    @admin.display(description="needs")
    def needed(self, mentee: Mentee) -> str:
        language = labels(mentee.needs_language, Language.choices)
        parts = ("a woman as mentor" if mentee.needs_woman else "", f"a mentor who speaks {language}")
        return ", ".join(part for part in parts[: 1 + bool(mentee.needs_language)] if part) or "none"

    @admin.display(description="asks for")
    def chosen(self, mentee: Mentee) -> SafeString | str:
        choices = mentee.choices.select_related("mentor__person")
        rows = ((one.rank, desk_url(one.mentor), one.mentor.person.full_name) for one in choices)
        return format_html_join("", '<p>{}. <a href="{}">{}</a></p>', rows) or "nobody in particular"

    @admin.display(description="the best first")
    def suggested(self, mentee: Mentee) -> SafeString | str:
        if mentee.status != Enrolment.APPROVED:
            return "after the approval"
        result = suggestions_for(mentee=mentee)
        ask = desk_url(mentee, "do", verb=PROPOSE.name)
        rows = ((f"{ask}?mentor={s.mentor.pk}", s.mentor.person.full_name, " ".join(s.reasons)) for s in result.found)
        found = format_html_join("", '<p><a href="{}">Propose {}</a>: {}</p>', rows)
        return found or format_html("<p>{}</p>", result.why_none)
