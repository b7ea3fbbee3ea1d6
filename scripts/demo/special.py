"""One session for each thing that is worth knowing about Django's sessions. Each has a kind and a reason in demo.json."""
import itertools
import random
from datetime import datetime, timedelta, timezone

from demo.frozen import GENERATED_AT, ago, at
from demo.stores import log_in, put_text, save

SALT = "django.contrib.sessions.SessionStore"
COOKIE_SALT = "django.contrib.sessions.backends.signed_cookies"
CART = {"items": [{"sku": "A1", "qty": 2, "price": "24.95"}, {"sku": "K-204", "qty": 1, "price": "8.00"}], "coupon": None}


def signed(data, salt=SALT):
    from django.contrib.sessions.serializers import JSONSerializer
    from django.core import signing

    return signing.dumps(data, salt=salt, serializer=JSONSerializer, compress=True)


def signed_bytes(payload):
    """A good signature over bytes that the serializer would not have made."""
    from django.core import signing

    return signing.TimestampSigner(salt=SALT).sign(signing.b64_encode(payload).decode())


def legacy(body):
    """What Django before 3.1 wrote: base64 of `hash:json`."""
    import base64

    from django.utils.crypto import salted_hmac

    digest = salted_hmac("django.contrib.sessionsSessionStore", body, algorithm="sha1").hexdigest()
    return base64.b64encode(f"{digest}:{body}".encode()).decode()


def other_last_character(text):
    """The last of 43 base64 characters carries two unused bits: another character, the same signature bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


def create(users):
    """Returns [{key, kind, why}], in the order made."""
    return [{"key": key, "kind": kind, "why": why} for kind, key, why in [*_people(users), *_data(), *_expiry(), *_refused(users)]]


def _people(users):
    from django.test.utils import override_settings

    ana = users["ana"]
    full = {"cart": CART, "viewed": [118, 204, 97], "visit_count": 41, "_language": "pt-br", "last_search": "marmelade d’orange"}
    yield "showcase", log_in(ana, full, ago(days=3, hours=22, minutes=58)), "Ana is logged in with a full cart."
    yield "superuser", log_in(users["admin"], {"export": {"format": "csv", "columns": ["sku", "qty"]}}, ago(hours=2)), "A superuser is logged in."
    yield "inactive-user", log_in(users["left.us"], {"cart": CART}, ago(days=2)), "The user is not active any more: Django treats the visitor as anonymous."
    deleted = dict(_login_of(ana), _auth_user_id="999", cart=CART)
    yield "deleted-user", save(deleted, ago(days=1)), "There is no user 999: Django treats the visitor as anonymous."
    yield "password-changed", save(dict(_login_of(ana), _auth_user_hash="0" * 64), ago(days=5)), "The password was changed since: Django flushes this session at the next request."
    gone = dict(_login_of(ana), _auth_user_backend="shop.auth.LdapBackend")
    yield "backend-gone", save(gone, ago(days=4)), "The authentication backend is not in AUTHENTICATION_BACKENDS: Django treats the visitor as anonymous."
    with override_settings(SECRET_KEY="coatcheck-old-key", SECRET_KEY_FALLBACKS=[]):
        key = log_in(users["tomasz"], {"cart": CART, "viewed": [12, 14]}, ago(days=10))
    yield "fallback-key", key, "Signed with SECRET_KEY_FALLBACKS[0]; the next save signs it with SECRET_KEY."


def _login_of(user):
    return {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": user.get_session_auth_hash(),
    }


def _data():
    from demo.ordinary import message

    rows = [
        ("empty", {}, "Django stored an empty session."),
        ("bot", {"next": "/admin/"}, "Made for a visitor who never came back."),
        ("messages", {"_messages": message("Your order №7 is on its way. ✓")}, "Messages are a JSON text inside the JSON."),
        ("csrf", {"_csrftoken": "mZ3rT0vNq8sYw2LkXc5BfJh7DgP1aQeU", "cart": CART}, "CSRF_USE_SESSIONS keeps the token here."),
        ("unicode", {"name": "Zoë 山田 🧥", "ключ": "значение", "rtl": "שלום", "control": "tab\tnul\u0000del\u007f", "lone": "\ud83e"}, "Text of every plane, a control character and half of an emoji."),
        ("numbers", {"float": 1.0, "tiny": 1e-07, "huge": 1e16, "minus_zero": -0.0, "nan": float("nan"), "inf": float("-inf"), "big": 9007199254740993, "bigger": 2**70, "price": 19.99, "int": 1, "yes": True}, "Numbers that JavaScript would change."),
        ("int-keys", {"seen": {1: "int key", "1": "text key"}, "__proto__": {"polluted": True}, "constructor": "x", "10": "ten", "2": "two"}, "Keys that look alike, in stored order."),
        ("nested", {"tree": _nested(40), "empty_list": [], "empty_dict": {}, "none": None}, "Forty levels deep."),
        ("multiline", {"note": "first line\nsecond line\n\"quoted\" \\ back", "html": "<script>alert('x')</script>", "url": "https://corner-shop.example/?a=1&b=2"}, "Text that must stay text."),
        ("many-keys", {f"feature_{n:02d}": n % 3 == 0 for n in range(60)}, "Sixty keys at the top level."),
        ("large", {"viewed": _long_history()}, "100 kB of data that does not compress well."),
    ]
    for hours, (kind, data, why) in enumerate(rows, start=3):
        yield kind, save(data, ago(hours=7 * hours)), why


def _nested(depth):
    node = {"leaf": True}
    for level in range(depth):
        node = {"level": depth - level, "child": node}
    return node


def _long_history():
    dice = random.Random(3)
    return [{"sku": f"{dice.getrandbits(64):016x}", "ref": f"{dice.getrandbits(128):032x}", "ms": dice.randrange(10**7)} for _ in range(1_150)]


def _expiry():
    soon = ago(hours=1)
    yield "expiry-int", save({"cart": CART}, soon, expiry=3 * 86_400), "set_expiry(259200): three days after each save."
    yield "expiry-browser-close", save({"cart": CART}, soon, expiry=0), "set_expiry(0): the cookie ends with the browser, the row after SESSION_COOKIE_AGE."
    yield "expiry-date", save({"cart": CART}, soon, expiry=GENERATED_AT + timedelta(days=30, hours=3)), "set_expiry(datetime): ends on that day, however often it is saved."
    yield "expiry-date-microseconds", save({"cart": CART}, soon, expiry=datetime(2026, 9, 3, 4, 5, 6, 789_012, tzinfo=timezone.utc)), "A date with microseconds, in the data and in the column."
    yield "expiry-timedelta", save({"cart": CART}, soon, expiry=timedelta(days=6)), "set_expiry(timedelta): Django stores the date."
    yield "expiry-past", save({"cart": CART}, ago(days=2), expiry=GENERATED_AT - timedelta(days=1)), "Its own date is past."
    yield "expiry-long", save({"remember": "kiosk"}, soon, expiry=5 * 365 * 86_400), "Lives for five years."
    with at(soon):
        odd = signed({"cart": CART, "_session_expiry": 3600})
    yield "expiry-disagrees", put_text(odd, GENERATED_AT + timedelta(days=9)), "The data says one hour, the column nine days; Django looks at the column."
    yield "expiry-long-ago", save({"cart": CART}, datetime(2019, 4, 1, 12, 0, tzinfo=timezone.utc)), "Expired years ago and never cleared."


def _refused(users):
    from django.test.utils import override_settings

    # Spread over a day, so that they stand between sound ones.
    days = (GENERATED_AT + timedelta(days=9, hours=12 + 3 * step) for step in itertools.count())
    with at(ago(days=3)):
        with override_settings(SECRET_KEY="the-key-of-another-site", SECRET_KEY_FALLBACKS=[]):
            foreign = signed(dict(_login_of(users["ana"]), cart=CART))
        good = signed({"cart": CART, "visit_count": 3})
        yield "wrong-key", put_text(foreign, next(days)), "No known key signed it: Django logs \"Session data corrupted\" and starts an empty session."
        yield "wrong-salt", put_text(signed({"cart": CART}, COOKIE_SALT), next(days)), "A signed cookie's text in a row: right key, wrong salt."
        yield "truncated", put_text(good[:-12], next(days)), "Somebody cut the end of the signature off."
        yield "altered", put_text(other_last_character(good), next(days)), "Same signature bytes in another spelling: Django compares text."
        yield "edited-payload", put_text("A" + good[1:], next(days)), "The payload was changed by hand after signing."
        yield "legacy", put_text(legacy('{"cart":{"sku":"A1","qty":2}}'), next(days)), "Written before Django 3.1; Django 5.2 reads it as empty."
        yield "broken-json", put_text(signed_bytes(b'{"cart":{"items":[{"sku":"A1"'), next(days)), "A good signature over half a JSON text: Django starts an empty session, silently."
        yield "broken-zlib", put_text(_broken_zlib(), next(days)), "A good signature over a damaged zlib stream: Django starts an empty session, silently."
        yield "json-list", put_text(signed([1, 2, 3]), next(days)), "A good signature over a list: request.session raises, HTTP 500."
        yield "empty-text", put_text("", next(days)), "The column is empty."
        yield "not-base64", put_text("session data was here ☹", next(days)), "Not a session text at all."


def _broken_zlib():
    import zlib

    from django.core import signing

    damaged = bytearray(zlib.compress(b'{"cart":"' + b"A1" * 60 + b'"}'))
    damaged[-1] ^= 0xFF
    return signing.TimestampSigner(salt=SALT).sign("." + signing.b64_encode(bytes(damaged)).decode())
