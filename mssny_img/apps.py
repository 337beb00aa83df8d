from django.contrib.admin.apps import AdminConfig


class StaffDesk(AdminConfig):
    """The admin behind a second factor; @admin.register keeps working, because this is the default site."""

    default_site = "accounts.staff_site.StaffSite"
