from django import forms

from .models import QuietPeriod


class QuietPeriodForm(forms.ModelForm):
    class Meta:
        model = QuietPeriod
        fields = ("words", "first_day", "last_day")
        labels = {"words": "What it is", "first_day": "First quiet day", "last_day": "Last quiet day"}
        help_texts = {
            "words": "For you alone, such as “nights” or “exam week”. You may leave it empty.",
            "last_day": "What is due in these days waits for the morning after. Nothing is dropped.",
        }
        widgets = {name: forms.DateInput(attrs={"type": "date"}) for name in ("first_day", "last_day")}
        error_messages = {
            name: {"invalid": "Write the day like 2027-01-31.", "required": "Choose a day."}
            for name in ("first_day", "last_day")
        }
