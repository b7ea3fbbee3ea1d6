"""clear_expired.py PLACE AT [DAYS]: Django's own clear_expired at that moment (epoch seconds); prints its seconds, and those of its processor time.

Django's cache engine clears nothing, as what has ended is gone: there the sessions last saved more than DAYS ago are deleted, as a developer would.
"""
import sys
import time
from datetime import datetime, timezone
from importlib import import_module
from unittest import mock

import setup_django

BATCH = 500


def clear_cache(at, days):
    from django.conf import settings
    from django.contrib.sessions.backends.cache import KEY_PREFIX
    from django.core.cache import cache

    client = cache._cache.get_client(None, write=True)
    prefix = cache.make_key(KEY_PREFIX)
    bound = (at - days * 86_400 + settings.SESSION_COOKIE_AGE) * 1000
    found = []
    for key in client.scan_iter(match=prefix + "*", count=2000):
        found.append(key)
        if len(found) == BATCH:
            delete_older(client, found, bound)
            found = []
    delete_older(client, found, bound)


def delete_older(client, keys, bound):
    if not keys:
        return
    pipeline = client.pipeline(transaction=False)
    for key in keys:
        pipeline.pexpiretime(key)
    older = [key for key, end in zip(keys, pipeline.execute()) if 0 < end < bound]
    if older:
        client.delete(*older)


def main(place, at, days="7"):
    setup_django.configure(place)
    from django.conf import settings
    from django.utils import timezone as django_timezone

    moment = datetime.fromtimestamp(float(at), timezone.utc)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with mock.patch.object(django_timezone, "now", lambda: moment):
        begun, cpu = time.monotonic(), time.process_time()
        if settings.SESSION_ENGINE.endswith(".cache"):
            clear_cache(float(at), float(days))
        else:
            store.clear_expired()
        print(time.monotonic() - begun, time.process_time() - cpu)


if __name__ == "__main__":
    main(*sys.argv[1:])
