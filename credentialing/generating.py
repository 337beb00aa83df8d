"""Which items a physician needs, from the answers alone. Nothing here looks at what was recorded.

Whether training has ended is judged by the day on which the list was started, not by today: an item does not change
its kind, with all that was recorded about it, because a night has passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from .models import Answer, Checklist, Need, Repeats, Source, SourceKind, Spec

_KINDS = {
    Repeats.PROGRAM: SourceKind.PROGRAM,
    Repeats.HOSPITAL: SourceKind.HOSPITAL,
    Repeats.LICENSE: SourceKind.LICENSE,
}


def wanted(
    specs: Iterable[Spec], checklist: Checklist, sources: Iterable[Source], today: date
) -> list[tuple[str, int | None]]:
    """Key and source of every item that is needed, in the order of the catalogue.

    An item that repeats stands once without a source while none has been named: it is needed all the same. “I do not
    know yet” counts as yes for the same reason.
    """
    case = _Case.of(checklist, sources, today)
    return [(spec.key, source) for spec in specs for source in case.rows_of(spec)]


@dataclass(frozen=True)
class _Case:
    checklist: Checklist
    sources: list[Source]
    completed: list[Source]
    current: list[Source]
    started_on: date

    @classmethod
    def of(cls, checklist: Checklist, sources: Iterable[Source], today: date) -> "_Case":
        kept = [source for source in sources if source.removed_at is None]
        started_on = timezone.localdate(checklist.started_at) if checklist.started_at else today
        programs = [source for source in kept if source.kind == SourceKind.PROGRAM]
        current = _current(programs, checklist.training_ends_on, started_on)
        completed = [program for program in programs if program not in current]
        return cls(checklist, kept, completed, current, started_on)

    def rows_of(self, spec: Spec) -> list[int | None]:
        if not self.needs(spec.need):
            return []
        if spec.repeats == Repeats.ONCE:
            return [None]
        return [source.pk for source in self._named(spec)] or [None]

    def needs(self, need: str) -> bool:
        programs_named = bool(self.completed or self.current)
        match need:
            case Need.TRANSLATIONS:
                return self.checklist.other_language != Answer.NO
            case Need.CLERKSHIPS:
                return self.checklist.clerkships_abroad != Answer.NO
            case Need.COMPLETED_TRAINING:
                return bool(self.completed) or not programs_named
            case Need.CURRENT_TRAINING:
                return bool(self.current) or self._training_goes_on(programs_named)
            case Need.OTHER_LICENSES:
                return any(source.kind == SourceKind.LICENSE for source in self.sources)
        return True

    def _training_goes_on(self, programs_named: bool) -> bool:
        ends_on = self.checklist.training_ends_on
        return ends_on >= self.started_on if ends_on else not programs_named

    def _named(self, spec: Spec) -> list[Source]:
        if spec.repeats == Repeats.PROGRAM and spec.need == Need.COMPLETED_TRAINING:
            return self.completed
        if spec.repeats == Repeats.PROGRAM and spec.need == Need.CURRENT_TRAINING:
            return self.current
        return [source for source in self.sources if source.kind == _KINDS[Repeats(spec.repeats)]]


def _current(programs: list[Source], training_ends_on: date | None, started_on: date) -> list[Source]:
    """The programs in which the required training ends; an earlier one counts as completed although it still runs."""
    running = [program for program in programs if program.ends_on is None or program.ends_on >= started_on]
    if training_ends_on is None or not running:
        return running
    last = [program for program in running if program.ends_on is None or program.ends_on >= training_ends_on]
    # A day too few in one of the two dates must not make the last proof disappear.
    return last or [max(running, key=lambda program: program.ends_on or date.max)]
