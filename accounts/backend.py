from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest


class CodesOnly(AuthenticationBackend):
    """Rights as usual; but a password, should an old account still have one, opens nothing."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        return None
