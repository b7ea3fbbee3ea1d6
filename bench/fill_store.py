"""fill_store.py FILE PLACE: brings the sessions that make_rows.py made in a SQLite file into another store, by Django and its drivers.

A table gets the rows as they are. Folder and cache get what is in them, saved by Django's own engine or backend: half of the files were last saved longer ago
than SESSION_COOKIE_AGE; half of what is in the cache was last saved more than seven days ago (what has ended would be gone), and nothing ends within a day.
"""
import io
import os
import sqlite3
import sys
import time
from datetime import datetime, timezone

import setup_django

BATCH = 5_000
# Of the cache: sessions that end in the same second.
SAME_END = 100
DAY = 86_400
SELECT = "SELECT session_key, session_data, expire_date FROM django_session ORDER BY rowid"


def batches(cursor):
    while rows := cursor.fetchmany(BATCH):
        yield rows


def fill_table(rows, vendor):
    from django.contrib.sessions.models import Session
    from django.db import connection, transaction

    with connection.schema_editor() as editor:
        editor.create_model(Session)
    with transaction.atomic(), connection.cursor() as cursor:
        for some in batches(rows):
            if vendor == "postgresql":
                # Neither keys nor what Django signs hold a tab or a backslash; dates are in UTC.
                cursor.cursor.copy_expert("COPY django_session FROM STDIN", io.StringIO("".join(f"{key}\t{data}\t{end}+00\n" for key, data, end in some)))
            else:
                cursor.executemany("INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)", some)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE django_session" if vendor == "postgresql" else "ANALYZE TABLE django_session")


def sessions(rows):
    """Key, data, and seconds from now to its end."""
    from django.contrib.sessions.backends.db import SessionStore

    store, now = SessionStore(), datetime.now(timezone.utc)
    for some in batches(rows):
        for key, data, end in some:
            yield key, store.decode(data), (datetime.fromisoformat(end).replace(tzinfo=timezone.utc) - now).total_seconds()


def fill_folder(rows):
    from django.conf import settings
    from django.contrib.sessions.backends.file import SessionStore

    now = time.time()
    for key, data, left in sessions(rows):
        session = SessionStore(key)
        session._session_cache = data
        session.save(must_create=True)
        saved = now + left - settings.SESSION_COOKIE_AGE
        os.utime(session._key_to_file(), (saved, saved))


def fill_cache(rows):
    from django.conf import settings
    from django.contrib.sessions.backends.cache import KEY_PREFIX
    from django.core.cache import cache

    half = settings.SESSION_COOKIE_AGE / 2
    waiting = {True: {}, False: {}}
    for number, (key, data, left) in enumerate(sessions(rows)):
        older = waiting[left < 0]
        older[KEY_PREFIX + key] = data
        if len(older) == SAME_END:
            save_older(cache, older, left < 0, number, half)
    for is_older, some in waiting.items():
        save_older(cache, some, is_older, 0, half)


def save_older(cache, some, is_older, number, half):
    # Five days of ends, a day away from the border at least.
    spread = number * 61 % (5 * DAY)
    cache.set_many(some, timeout=int((0 if is_older else half) + DAY + spread))
    some.clear()


def main(file, place):
    setup_django.configure(place)
    from django.conf import settings
    from django.db import connection

    rows = sqlite3.connect(f"file:{file}?mode=ro", uri=True).execute(SELECT)
    if settings.SESSION_ENGINE.endswith(".file"):
        fill_folder(rows)
    elif settings.SESSION_ENGINE.endswith(".cache"):
        fill_cache(rows)
    else:
        fill_table(rows, connection.vendor)


if __name__ == "__main__":
    main(*sys.argv[1:])
