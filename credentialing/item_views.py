"""One item: what is known about it, and each thing that can be recorded. A refused form stands on the item's page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import actions
from .forms import CarriedOut
from .item_display import item_words
from .item_page import forms_of
from .models import Item, Payment
from .refusals import ChecklistRefused, StaleForm
from .views import look_or_send, page


def item_of(request: HttpRequest, pk: int) -> Item:
    """Raises Http404 for anybody else's."""
    own = Item.objects.for_user(request.user)
    return get_object_or_404(own.select_related("checklist__catalogue", "checklist__person", "source"), pk=pk)


@never_cache
@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    words = item_words(item_of(request, pk))
    return page(request, "item", **words, **forms_of(words))


def recording(name: str, carry_out: Callable[..., object], done: str) -> Callable[..., HttpResponse]:
    """The door of the form `name` of an item's page."""

    @never_cache
    @look_or_send
    def door(request: HttpRequest, pk: int) -> HttpResponse:
        words = item_words(item_of(request, pk))
        if request.method != "POST":  # whoever had to sign in again comes back here
            return redirect("credentialing:item", pk)
        form = forms_of(words, name, request.POST)["form"]
        if form is None:
            raise Http404("There is no such form on this page.")
        if form.is_valid() and _accepted(form, carry_out, item=words["item"], by=request.user):
            messages.success(request, done)
            return redirect("credentialing:item", pk)
        return _shown_again(request, pk, name, form)

    return door


def _accepted(form: CarriedOut, carry_out: Callable[..., object], **about: Any) -> bool:
    try:
        carry_out(**about, **form.cleaned_data)
    except StaleForm as refusal:
        about["item"].refresh_from_db(fields=["version"])
        form.refuse(refusal, version=about["item"].version)
    except ChecklistRefused as refusal:
        form.refuse(refusal)
    return form.is_valid()


def _shown_again(request: HttpRequest, pk: int, name: str, form: CarriedOut) -> HttpResponse:
    """Around the refused form, what stands now."""
    words = item_words(item_of(request, pk))
    return page(request, "item", **words, **forms_of(words, name, request.POST, refused=form))


move = recording("move", actions.move, "It is recorded.")
correct = recording("correct", actions.move, "It is corrected. The earlier entry stays in the history below.")
rule_from = recording("rule_from", actions.set_rule_from, "The day is saved, and the portal counts from it.")
chase = recording("chase", actions.log_chase, "It is in your log.")
note = recording("note", actions.write_note, "Your note is saved.")
payment = recording("payment", actions.record_payment, "The payment is recorded.")
ask_for_help = recording("help", actions.ask_for_help, "Your words are with the society’s staff. You get a message.")
remind = recording("remind", actions.remind_on, "The portal reminds you on that day.")


@require_POST
def payment_remove(request: HttpRequest, pk: int, payment_pk: int) -> HttpResponse:
    payment: Payment = get_object_or_404(item_of(request, pk).payments, pk=payment_pk)
    actions.remove_payment(payment=payment, by=request.user)
    messages.success(request, "The payment is taken out.")
    return redirect("credentialing:item", pk)
