"""visitor.py PLACE: a Django process that keeps reading and saving a session until its input ends; prints, in milliseconds, its longest wait and the 99th of a hundred, and how often it came."""
import sys
import threading
import time
from importlib import import_module

import setup_django


def main(place):
    setup_django.configure(place)
    from django.conf import settings

    if "://" not in place:
        # As a site would have it: longer than any wait that is measured.
        settings.DATABASES["default"]["OPTIONS"] = {"timeout": 60}
    SessionStore = import_module(settings.SESSION_ENGINE).SessionStore

    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    session = SessionStore()
    session["n"] = 0
    session.save(must_create=True)
    waits = []
    print("ready", flush=True)
    while not stop.is_set():
        begun = time.monotonic()
        session["n"] += 1
        session.save()
        SessionStore(session.session_key).load()
        waits.append((time.monotonic() - begun) * 1000)
        time.sleep(0.005)
    waits.sort()
    session.delete()
    print(f"{waits[-1]:.1f} {waits[int(len(waits) * 0.99)]:.1f} {len(waits)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
