from django.urls import path

from . import more_views

urlpatterns = [
    path("<int:pk>/letter/", more_views.letter, name="letter"),
    path("names/", more_views.names, name="names"),
    path("names/activity/", more_views.activity_add, name="activity_add"),
    path("names/activity/<int:pk>/", more_views.activity_change, name="activity_change"),
    path("names/activity/<int:pk>/remove/", more_views.activity_remove, name="activity_remove"),
    path("plan/", more_views.plan, name="plan"),
    path("costs/", more_views.costs, name="costs"),
    path("print/", more_views.print_list, name="print"),
]
