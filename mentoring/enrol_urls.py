from django.urls import URLPattern, path

from . import choosing_views, enrolment_views, taking_part_views
from .enrolment_parts import MODELS


def _of(side: str) -> list[URLPattern]:
    """The same doors on both sides; `side` is given to the view and to `url` by its name."""
    given = {"side": side}
    return [
        path(f"{side}/", enrolment_views.home, given, name="home"),
        path(f"{side}/check/", enrolment_views.check, given, name="check"),
        path(f"{side}/send/", enrolment_views.send, given, name="send"),
        path(f"{side}/pause/", taking_part_views.pause, given, name="pause"),
        path(f"{side}/resume/", taking_part_views.resume, given, name="resume"),
        path(f"{side}/renew/", taking_part_views.renew, given, name="renew"),
        path(f"{side}/leave/", taking_part_views.leave, given, name="leave"),
        path(f"{side}/part/<slug:slug>/", enrolment_views.part, given, name="part"),
    ]


app_name = "enrolment"
urlpatterns = [
    *(pattern for side in MODELS for pattern in _of(side)),
    path("mentor/places/", taking_part_views.places, name="places"),
    path("mentor/listed/", taking_part_views.listed, name="listed"),
    path("mentee/mentors/", choosing_views.mentors, name="mentors"),
    path("mentee/mentors/<int:pk>/choose/", choosing_views.add, name="choose"),
    path("mentee/mentors/<int:pk>/up/", choosing_views.up, name="choice_up"),
    path("mentee/mentors/<int:pk>/drop/", choosing_views.drop, name="choice_drop"),
    path("mentee/mentors/<int:pk>/apart/", choosing_views.apart, name="apart"),
]
