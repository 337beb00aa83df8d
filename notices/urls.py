from django.urls import path

from . import person_views, views

app_name = "notices"
urlpatterns = [
    path("notices/answer/<str:token>/", views.answer, name="answer"),
    path("notices/off/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("my/messages/", person_views.my_messages, name="messages"),
    path("my/messages/kinds/<str:kind>/", person_views.choose, name="choose"),
    path("my/messages/quiet/<int:pk>/remove/", person_views.end_quiet_period, name="end_quiet_period"),
    path("my/messages/address-works/", person_views.address_works, name="address_works"),
]
