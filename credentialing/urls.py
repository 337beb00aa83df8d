from django.urls import include, path

from . import item_views, views

app_name = "credentialing"
urlpatterns = [
    path("", views.checklist, name="checklist"),
    path("start/", views.start, name="start"),
    path("questions/", views.questions, name="questions"),
    path("questions/add/<slug:kind>/", views.source_add, name="source_add"),
    path("questions/<int:pk>/", views.source_change, name="source_change"),
    path("questions/<int:pk>/remove/", views.source_remove, name="source_remove"),
    path("remove/", views.remove, name="remove"),
    path("<int:pk>/", item_views.item, name="item"),
    path("<int:pk>/move/", item_views.move, name="move"),
    path("<int:pk>/correct/", item_views.correct, name="correct"),
    path("<int:pk>/day/", item_views.rule_from, name="rule_from"),
    path("<int:pk>/chase/", item_views.chase, name="chase"),
    path("<int:pk>/note/", item_views.note, name="note"),
    path("<int:pk>/payment/", item_views.payment, name="payment"),
    path("<int:pk>/payment/<int:payment_pk>/remove/", item_views.payment_remove, name="payment_remove"),
    path("<int:pk>/help/", item_views.ask_for_help, name="help"),
    path("<int:pk>/remind/", item_views.remind, name="remind"),
    path("", include("credentialing.more_urls")),
]
