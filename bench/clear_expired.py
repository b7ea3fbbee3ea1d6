"""clear_expired.py FILE AT: Django's own clear_expired at that moment (epoch seconds); prints its seconds."""
import sys
import time
from datetime import datetime, timezone
from unittest import mock

import setup_django


def main(file, at):
    setup_django.configure(file)
    from django.contrib.sessions.backends import db

    moment = datetime.fromtimestamp(at, timezone.utc)
    with mock.patch.object(db.timezone, "now", lambda: moment):
        begun = time.monotonic()
        db.SessionStore.clear_expired()
        print(time.monotonic() - begun)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
