export interface StoreJob {
  readonly op: 'load' | 'dump'
  readonly place: 'row' | 'cookie'
  readonly text?: string
  readonly json?: string
  readonly format?: 'legacy'
  readonly serializer?: 'JSONSerializer' | 'PickleSerializer'
  readonly now: number
  readonly maxAge: number
  readonly keys: readonly string[]
}

export interface StoreAnswer {
  readonly sees?: 'data' | 'empty' | 'error'
  readonly json?: string
  readonly text?: string
  readonly raised?: string
}

/**
 * Real Django, in one process for many jobs. A job is `{op, place, text | json, now, maxAge, keys, serializer?}`.
 * `load` gives `{sees: data | empty | error, json}` or `{raised}`; `dump` gives `{text, json}`. Before Django 4.0, `format: "legacy"`
 * dumps as releases before 3.1 did.
 */
export const SESSION_STORE_ANSWERS = String.raw`
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
    if job.get("format") == "legacy":
        return {"text": SessionStore()._legacy_encode(data), "json": dumps(data)}
    if job["place"] == "cookie":
        store = CookieStore()
        store._session_cache = data
        return {"text": store._get_session_key(), "json": dumps(data)}
    return {"text": SessionStore().encode(data), "json": dumps(data)}

def run(job):
    signing.time = types.SimpleNamespace(time=lambda: job["now"] / 1000)
    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = job["keys"]
    settings.SESSION_COOKIE_AGE = job["maxAge"]
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers." + job.get("serializer", "JSONSerializer")
    try:
        return load(job) if job["op"] == "load" else dump(job)
    except Exception as error:
        return {"raised": type(error).__name__}

def respond(jobs):
    return [run(job) for job in jobs]
`
