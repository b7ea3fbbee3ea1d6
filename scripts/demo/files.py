"""Examples of the file engine, in sessions/."""
import os
from pathlib import Path

from demo.frozen import ago
from demo.stores import log_in, save


def create(users):
    """Returns [{path, modifiedAt}]: the modification time is part of a session file (it says when the session was saved)."""
    from django.conf import settings

    made = [
        (log_in(users["ana"], {"visit_count": 2}, ago(days=1), store="file"), ago(days=1)),
        (save({"cart": {"sku": "B2", "qty": 1}}, ago(days=6), store="file"), ago(days=6)),
        (save({"next": "/admin/"}, ago(days=90), store="file"), ago(days=90)),
        (save({"visit_count": 1}, ago(hours=5), expiry=7200, store="file"), ago(hours=5)),
        (save({}, ago(minutes=9), store="file"), ago(minutes=9)),
    ]
    described = []
    for key, modified in made:
        path = Path(settings.SESSION_FILE_PATH) / (settings.SESSION_COOKIE_NAME + key)
        os.utime(path, (modified.timestamp(), modified.timestamp()))
        described.append({"path": f"sessions/{path.name}", "modifiedAt": modified.isoformat().replace("+00:00", "Z")})
    return described
