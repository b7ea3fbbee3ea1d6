/**
 * Real Django, in one process for many jobs. A job is `{op, place, text | json, now, maxAge, keys}`.
 * `load` gives `{sees: data | empty | error, json}` or `{raised}`; `dump` gives `{text, json}`.
 */
export const SESSION_STORE_SCRIPT = String.raw`
import json, logging, sys, types
from django.conf import settings
settings.configure(SECRET_KEY="x", INSTALLED_APPS=[])
logging.disable(logging.CRITICAL)
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.signed_cookies import SessionStore as CookieStore
from django.core import signing

class SessionStore(SessionBase):
    pass

def dumps(value):
    return json.dumps(value, separators=(",", ":"))

def load(job):
    if job["place"] == "cookie":
        value = CookieStore(job["text"]).load()
    else:
        value = SessionStore().decode(job["text"])
    if not isinstance(value, dict):
        return {"sees": "error", "json": dumps(value)}
    return {"sees": "data" if value else "empty", "json": dumps(value)}

def dump(job):
    data = json.loads(job["json"])
    if job["place"] == "cookie":
        store = CookieStore()
        store._session_cache = data
        return {"text": store._get_session_key(), "json": dumps(data)}
    return {"text": SessionStore().encode(data), "json": dumps(data)}

def run(job):
    signing.time = types.SimpleNamespace(time=lambda: job["now"] / 1000)
    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = job["keys"]
    settings.SESSION_COOKIE_AGE = job["maxAge"]
    try:
        return load(job) if job["op"] == "load" else dump(job)
    except Exception as error:
        return {"raised": type(error).__name__}

json.dump([run(job) for job in json.load(sys.stdin.buffer)], sys.stdout)
`
