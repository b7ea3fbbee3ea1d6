"""visitor.py FILE: a Django process that keeps reading and saving sessions until its input ends; prints its longest wait in milliseconds."""
import sys
import threading
import time

import setup_django


def main(file):
    setup_django.configure(file)
    from django.conf import settings

    # As a site would have it: longer than any wait that is measured.
    settings.DATABASES["default"]["OPTIONS"] = {"timeout": 60}
    from django.contrib.sessions.backends.db import SessionStore

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
