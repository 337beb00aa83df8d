from typing import Any

from django import forms

from .models import User
from .zones import zone_choices


class ProfileForm(forms.ModelForm):
    """What the portal calls a person, and which clock it goes by when it writes to them."""

    class Meta:
        model = User
        fields = ("full_name", "preferred_name", "time_zone")
        labels = {"full_name": "Full name", "preferred_name": "What should we call you?", "time_zone": "Your time zone"}
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "preferred_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
        }
        error_messages = {"full_name": {"required": "Write your full name."}}
        help_texts = {
            "full_name": "As on your passport. Staff see it; no other member does unless you are paired.",
            "preferred_name": "Empty: your full name.",
            "time_zone": "Reminders come in the morning there. Pick the place whose clock shows your time.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=zone_choices(self.instance.time_zone),
            error_messages={"invalid_choice": "Choose a time zone from the list."},
        )


class DeletionForm(forms.Form):
    words = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        label="To delete your account, write: delete my account",
        error_messages={"required": "Write the words: delete my account."},
    )

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"]).strip().lower()
        if words != "delete my account":
            raise forms.ValidationError("Write exactly these words: delete my account.")
        return words
