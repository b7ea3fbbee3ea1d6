/** Real Django with sessions of the file engine in `folder`, or in its FileBasedCache. The script sees `arg` and answers through `answer(…)`. */
export const FILES_SETUP = `
import json, logging, os, sys
from datetime import timedelta
arg = json.load(sys.stdin)
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=[], SESSION_FILE_PATH=arg["folder"],
    CACHES={"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": arg["folder"], **arg.get("cache", {})}},
)
django.setup()
logging.disable(logging.CRITICAL)
from importlib import import_module
SessionStore = import_module("django.contrib.sessions.backends." + arg.get("engine", "file")).SessionStore
def answer(value):
    print(json.dumps(value))
`
