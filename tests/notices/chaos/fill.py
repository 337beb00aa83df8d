"""python -m tests.notices.chaos.fill PEOPLE EACH [KIND ...] — owe each of so many people so many notices, now.

For each further kind every person is owed one more. Where these people live it is noon.
"""

import sys
from datetime import UTC, datetime

import django


def noon_zone() -> str:
    """A zone in which it is about noon, so that the test may run at any hour."""
    offset = datetime.now(UTC).hour - 12
    return f"Etc/GMT{offset:+d}" if offset else "Etc/GMT"


def main(people: int, each: int, *others: str) -> None:
    users = User.objects.bulk_create(
        [User(email=f"p{n}@member.example", full_name=f"Person {n}", time_zone=noon_zone()) for n in range(people)]
    )
    now = datetime.now(UTC)
    wanted = [(f"file:{n}", "chaos.plain") for n in range(each)]
    Notice.objects.bulk_create(
        [
            Notice(kind=kind, person=user, about=f"{about}:{user.email}", due_on=now.date(), send_after=now)
            for user in users
            for about, kind in [*wanted, *((kind, kind) for kind in others)]
        ],
        batch_size=1000,
    )


if __name__ == "__main__":
    django.setup()
    from accounts.models import User
    from notices.models import Notice

    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
