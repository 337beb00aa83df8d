import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import signed_in


@pytest.fixture
def as_dolores(dolores: User) -> Client:
    return signed_in(dolores)


@pytest.fixture
def as_chidi(chidi: User) -> Client:
    return signed_in(chidi)
