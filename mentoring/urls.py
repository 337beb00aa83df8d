from django.urls import include, path

from . import certificate_views, pair_views, ranking_views, slot_views, talk_views, together_views

app_name = "mentoring"
pair_patterns = [
    path("", pair_views.pair, name="pair"),
    path("answer/", pair_views.answer, name="answer"),
    path("did-meet/", pair_views.did_meet, name="did_meet"),
    path("pulse/", pair_views.pulse, name="pulse"),
    path("end/", pair_views.end, name="end"),
    path("next/", pair_views.what_next, name="next"),
    path("agreement/", together_views.agreement, name="agreement"),
    path("agreement/<int:number>/agree/", together_views.agree, name="agree"),
    path("meeting/", together_views.meeting, name="meeting"),
    path("meeting/<int:meeting_pk>/held/", together_views.held, name="held"),
    path("meeting/<int:meeting_pk>/call-off/", together_views.call_off, name="call_off"),
    path("meeting/<int:meeting_pk>/meeting.ics", together_views.meeting_ics, name="meeting_ics"),
    path("handover/", together_views.handover, name="handover"),
    path("handover/show/", together_views.handover_show, name="handover_show"),
    path("own-note/", together_views.own_note, name="own_note"),
    path("message/", talk_views.messages, name="messages"),
]
urlpatterns = [
    path("my/mentoring/", pair_views.overview, name="overview"),
    path("my/mentoring/pair/<int:pk>/", include(pair_patterns)),
    path("my/mentoring/rank/", ranking_views.rank_first, name="rank"),
    path("my/mentoring/rank/<slug:side>/", ranking_views.rank, name="rank_as"),
    path("my/mentoring/slots/", slot_views.slots, name="slots"),
    path("my/mentoring/slots/<int:pk>/take/", slot_views.take, name="slot_take"),
    path("my/mentoring/slots/<int:pk>/call-off/", slot_views.call_off, name="slot_call_off"),
    path("my/mentoring/slots/<int:pk>/held/", slot_views.held, name="slot_held"),
    path("my/mentoring/slots/<int:pk>/session.ics", slot_views.slot_ics, name="slot_ics"),
    path("my/mentoring/certificate/", slot_views.certificate, name="certificate"),
    path("my/mentoring/concern/", talk_views.concern, name="concern"),
    path("mentoring/certificate/<slug:code>/", certificate_views.certificate_check, name="certificate_check"),
]
