from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("notices/answer/<str:token>/", views.answer, name="answer"),
    path("notices/off/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
