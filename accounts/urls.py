from django.urls import path

from . import room_views

app_name = "accounts"
urlpatterns = [
    path("profile/", room_views.profile, name="profile"),
    path("profile/calendar/", room_views.renew_calendar, name="renew_calendar"),
    path("export/", room_views.export, name="export"),
    path("export/download/", room_views.download_export, name="download_export"),
    path("delete/", room_views.delete, name="delete"),
]
