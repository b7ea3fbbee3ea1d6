"""The shop's users."""
from datetime import timedelta

from demo.frozen import GENERATED_AT

PEOPLE = [
    # pk, username, first name, last name, flags
    (1, "admin", "", "", {"is_staff": True, "is_superuser": True}),
    (7, "sofia_r", "Sofía", "Ramírez", {}),
    (8, "ben.okafor", "Ben", "Okafor", {}),
    (11, "mchen", "Mei", "Chen", {}),
    (14, "j.lindqvist", "Jörn", "Lindqvist", {"is_staff": True}),
    (19, "tomasz", "Tomasz", "Żak", {}),
    (23, "priya.n", "Priya", "Nair", {}),
    (31, "o'brien", "Aoife", "O'Brien", {}),
    (42, "ana", "Ana", "Sousa", {"is_staff": True}),
    (57, "left.us", "Gone", "Away", {"is_active": False}),
    (64, "山田", "太郎", "山田", {}),
    (311, "new.here", "", "", {}),
]


def create():
    """Creates them and returns {username: user}. Every password is `coatcheck`."""
    from django.contrib.auth import get_user_model

    users = {}
    for pk, username, first, last, flags in PEOPLE:
        user = get_user_model()(
            pk=pk, username=username, first_name=first, last_name=last, email=f"user{pk}@corner-shop.example",
            date_joined=GENERATED_AT - timedelta(days=900 - 2 * pk), **flags,
        )
        user.set_password("coatcheck")
        user.save()
        users[username] = user
    return users
