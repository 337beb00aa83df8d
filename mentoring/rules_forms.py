"""The ticks under the ground rules: when somebody enrolls, and once a year."""

from django import forms

from .forms import CarriedOut, Versioned
from .models import GroundRules
from .refusals import MentoringRefused


class RulesForm(CarriedOut):
    """Ground rules that were read, by their number, and the tick that accepts them."""

    rules = forms.IntegerField(widget=forms.HiddenInput)

    def read(self, rules: GroundRules) -> GroundRules:
        """`rules` are those in force. Raises MentoringRefused, without the tick, for whoever read others."""
        if self.cleaned_data["rules"] != rules.number:
            self.data = self.data.copy()
            self.data["rules"] = str(rules.number)
            self.data.pop("accepted", None)
            raise MentoringRefused("The ground rules have changed. Read them as they are now.", field="accepted")
        return rules


class AcceptForm(Versioned, RulesForm):
    accepted = forms.BooleanField(
        label="I am an adult, my answers are true, and I accept the ground rules",
        error_messages={"required": "Tick the box if you accept the ground rules. Without them nobody can take part."},
    )


class RenewalForm(RulesForm):
    accepted = forms.BooleanField(
        label="My answers still hold, and I accept the ground rules",
        error_messages={"required": "Tick the box if it all still holds. If not, change your answers first."},
    )
