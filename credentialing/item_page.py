"""The forms of an item's page, each with ids of its own; the one that was sent keeps what was typed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from .forms import CarriedOut
from .item_forms import ChaseForm, CorrectionForm, HelpForm, MoveForm, NoteForm, PaymentForm, RemindForm, RuleFromForm
from .steps import RULE_DAYS, Step, corrections_for, steps_for, steps_of

Words = Mapping[str, Any]
Maker = Callable[..., CarriedOut]


def forms_of(
    words: Words, name: str = "", data: QueryDict | None = None, refused: CarriedOut | None = None
) -> dict[str, Any]:
    """`words` are those of item_words. `form` is the one that was sent; None: this item has no such form."""
    forms: dict[str, CarriedOut] = {
        each: _ids(each, make, data if each == name else None) for each, make in _makers(words).items()
    }
    moves: dict[str, MoveForm] = {
        step.to: _move_form(step, words) for step in steps_for(words["spec"], words["item"].status)
    }
    form = refused or (_sent_move(words, data) if name == "move" else forms.get(name))
    if isinstance(form, MoveForm):
        moves[form.step.to] = form
    elif form is not None:
        forms[name] = form
    return {f"{each}_form": made for each, made in forms.items()} | {"moves": list(moves.values()), "form": form}


def _sent_move(words: Words, data: QueryDict | None) -> MoveForm | None:
    """Also one that is not offered any more: the action knows whether it was recorded already."""
    sent = data.get("to") if data is not None else None
    steps = steps_of(words["spec"], words["item"].status)
    return next((_move_form(step, words, data) for step in steps if step.to == sent), None)


def _move_form(step: Step, words: Words, data: QueryDict | None = None) -> MoveForm:
    started = {"to": step.to, "on": words["today"], "version": words["item"].version}
    return _up_to(words["today"], MoveForm(data, step=step, initial=started, auto_id=f"{step.to}_%s"))


def _ids(name: str, make: Maker, data: QueryDict | None) -> CarriedOut:
    return make(data, auto_id=f"{name}_%s")


def _up_to(today: date, form: CarriedOut) -> CarriedOut:
    form.fields["on"].widget.attrs["max"] = today.isoformat()
    return form


def _makers(words: Words) -> dict[str, Maker]:
    return dict(_makers_of(words))


def _makers_of(words: Words) -> Iterator[tuple[str, Maker]]:
    item, spec, today = words["item"], words["spec"], words["today"]
    of_version, on_today = {"version": item.version}, {"on": today}

    def making(form: type[CarriedOut], initial: Words, **more: Any) -> Maker:
        def make(data: QueryDict | None, auto_id: str) -> CarriedOut:
            made = form(data, initial=initial, auto_id=auto_id, **more)
            return _up_to(today, made) if "on" in made.fields and form is not RemindForm else made

        return make

    yield "correct", making(CorrectionForm, of_version | {"on": item.status_on}, offers=corrections_for(item, spec))
    if spec.rule in RULE_DAYS:
        label, help_text = RULE_DAYS[spec.rule]
        yield "rule_from", making(RuleFromForm, of_version | {"on": item.rule_from}, label=label, help_text=help_text)
    yield "chase", making(ChaseForm, on_today)
    yield "note", making(NoteForm, of_version | {"note": item.note})
    yield "payment", making(PaymentForm, on_today, facts=words["facts"], keys=spec.cost_facts)
    yield "help", making(HelpForm, {})
    yield "remind", making(RemindForm, {"on": item.follow_up_on or today + timedelta(days=7)})
