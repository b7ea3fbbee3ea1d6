"""make_rows.py FILE ROWS: a django_session table made by Django itself: half live, 20 % larger and compressed, 60 % of users logged in."""
import random
import sys
from datetime import datetime, timedelta, timezone

import setup_django

BATCH = 5_000


def session_data(dice, number):
    data = {"visit_count": dice.randrange(100), "cart": {"sku": f"A{number % 1000}", "qty": dice.randrange(1, 9)}}
    if number % 5 < 3:
        data |= {
            "_auth_user_id": str(number % 20_000),
            "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
            "_auth_user_hash": f"{dice.getrandbits(256):064x}",
        }
    if number % 5 == 4:
        data["viewed"] = [{"sku": f"K-{n}", "title": "Kettle, enamel, 1.5 l", "seen": n} for n in range(number % 7 + 8)]
    return data


def main(file, rows):
    setup_django.configure(file)
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.db import connection, transaction

    with connection.schema_editor() as editor:
        editor.create_model(Session)
    dice = random.Random(1)
    start = datetime.now(timezone.utc) - timedelta(days=14)
    store = SessionStore()
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
    with transaction.atomic():
        for begin in range(0, rows, BATCH):
            Session.objects.bulk_create(
                Session(
                    session_key="".join(dice.choices(alphabet, k=32)),
                    session_data=store.encode(session_data(dice, number)),
                    expire_date=start + timedelta(seconds=dice.randrange(28 * 86_400)),
                )
                for number in range(begin, min(begin + BATCH, rows))
            )
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
