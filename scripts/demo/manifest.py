"""demo.json: what the demo is made of, taken from django.conf.settings."""
import json
from pathlib import Path

from demo.frozen import GENERATED_AT


def write(folder, sessions, files):
    import django
    from django.conf import settings
    from django.contrib.sessions.models import Session

    facts = {
        "version": 1,
        "name": "corner-shop",
        "django": django.__version__,
        "generatedAt": GENERATED_AT.isoformat().replace("+00:00", "Z"),
        "shiftedBySeconds": 0,
        "secretKey": settings.SECRET_KEY,
        "fallbacks": settings.SECRET_KEY_FALLBACKS,
        "useTz": settings.USE_TZ,
        "timeZone": settings.TIME_ZONE,
        "cookieName": settings.SESSION_COOKIE_NAME,
        "cookieAgeSeconds": settings.SESSION_COOKIE_AGE,
        "saveEveryRequest": settings.SESSION_SAVE_EVERY_REQUEST,
        "engine": settings.SESSION_ENGINE.rpartition(".")[2],
        "database": Path(settings.DATABASES["default"]["NAME"]).name,
        "table": Session._meta.db_table,
        "sessionCount": Session.objects.count(),
        "cookies": "cookies.txt",
        "files": files,
        "sessions": sessions,
    }
    (folder / "demo.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
