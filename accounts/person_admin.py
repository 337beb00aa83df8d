"""Parts of the staff's page about a person: no password anywhere, and a verb for a lost second factor."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from . import second_factor, security_actions
from .models import User

TAKEN_AWAY = "The second factor is taken away, all sessions have ended, and the person was told by mail."


class PersonAddForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("email", "full_name")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class LostFactorForm(forms.Form):
    reason = forms.CharField(
        label="How did you make sure that it is this person who asks?",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        max_length=500,
    )


class WithoutPassword:
    add_form = PersonAddForm
    add_form_template = None
    add_fieldsets = ((None, {"fields": ("email", "full_name")}),)

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            security_actions.replace_addresses(person=obj, by=request.user, old=form.initial["email"])


class LostFactor:
    """`second_factor` shows what a person has; an administrator other than the person can take it away."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.lost_factor)
        return [path("<int:pk>/lost-factor/", view, name="accounts_user_lost_factor"), *super().get_urls()]

    @admin.display(description="second factor")
    def second_factor(self, person: User) -> str:
        kinds = sorted({factor.get_type_display() for factor in second_factor.factors_of(person)})
        if not kinds:
            return "none"
        address = reverse("admin:accounts_user_lost_factor", args=(person.pk,))
        return format_html('{}. <a href="{}">The person has lost them</a>', ", ".join(kinds), address)

    def lost_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not request.user.is_superuser:
            raise PermissionDenied
        form = LostFactorForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._took_away(request, person, form):
            return redirect("admin:accounts_user_change", person.pk)
        context = {**self.admin_site.each_context(request), "form": form, "person": person, "opts": self.opts}
        context["title"] = "Take away a lost second factor"
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/accounts/user/lost_factor.html", context, status=status)

    def _took_away(self, request: HttpRequest, person: User, form: LostFactorForm) -> bool:
        try:
            security_actions.reset_second_factor(person=person, by=request.user, reason=form.cleaned_data["reason"])
        except security_actions.SecurityRefused as refusal:
            form.add_error("reason", str(refusal))
            return False
        messages.success(request, TAKEN_AWAY)
        return True
