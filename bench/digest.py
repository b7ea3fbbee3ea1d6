"""digest.py PLACE: how many sessions there are, and a hash over all of them in the order of their keys: every byte, date, end, time and permission."""
import hashlib
import os
import sqlite3
import sys
from datetime import datetime, timezone

import setup_django

ROWS = "SELECT session_key, session_data, expire_date FROM django_session ORDER BY session_key"
BATCH = 2_000


def of_file(place):
    rows = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    return (repr(row) for row in rows.execute(ROWS.replace("SELECT ", "SELECT typeof(session_key), typeof(session_data), typeof(expire_date), ")))


def of_table():
    from django.db import connection

    connection.set_autocommit(False)
    if connection.vendor == "postgresql":
        cursor = connection.connection.cursor("digest")
        cursor.itersize = 20_000
    else:
        from pymysql.cursors import SSCursor

        cursor = connection.connection.cursor(SSCursor)
    cursor.execute(ROWS)
    return (repr(row) for row in cursor)


def of_cache():
    from django.core.cache import cache

    client = cache._cache.get_client(None, write=True)
    keys = sorted(client.scan_iter(match="*", count=2000))
    for start in range(0, len(keys), BATCH):
        pipeline = client.pipeline(transaction=False)
        for key in keys[start:start + BATCH]:
            pipeline.get(key).pexpiretime(key)
        answers = iter(pipeline.execute())
        for key in keys[start:start + BATCH]:
            yield repr((key, next(answers), next(answers)))


def of_folder(path):
    for name in sorted(os.listdir(path)):
        whole = os.path.join(path, name)
        facts = os.stat(whole)
        with open(whole, "rb") as file:
            # The time as Django reads it: microseconds, rounded. No program of Node's sets a finer one.
            yield repr((name, file.read(), datetime.fromtimestamp(facts.st_mtime, timezone.utc), oct(facts.st_mode), facts.st_uid))


def main(place):
    setup_django.configure(place)
    from django.conf import settings

    if settings.SESSION_ENGINE.endswith(".file"):
        rows = of_folder(settings.SESSION_FILE_PATH)
    elif settings.SESSION_ENGINE.endswith(".cache"):
        rows = of_cache()
    else:
        rows = of_table() if "://" in place else of_file(place)
    count, digest = 0, hashlib.sha256()
    for row in rows:
        digest.update(row.encode())
        count += 1
    print(count, digest.hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
