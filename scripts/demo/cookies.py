"""cookies.txt: what people paste. One comment line above each sample."""
from demo.frozen import ago, at
from demo.special import COOKIE_SALT, SALT, other_last_character, signed

DATA = {
    "_auth_user_id": "42",
    "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
    "_auth_user_hash": "deadbeef",
    "cart": {"sku": "A1", "qty": 2},
}


def write(path):
    from django.test.utils import override_settings

    with at(ago(days=2)):
        cookie = signed(DATA, COOKIE_SALT)
        row = signed(DATA, SALT)
        short = signed({"visit_count": 3}, COOKIE_SALT)
        with override_settings(SECRET_KEY="coatcheck-old-key", SECRET_KEY_FALLBACKS=[]):
            fallback = signed(DATA, COOKIE_SALT)
        with override_settings(SECRET_KEY="the-key-of-another-site", SECRET_KEY_FALLBACKS=[]):
            foreign = signed(DATA, COOKIE_SALT)
    with at(ago(days=20)):
        old = signed(DATA, COOKIE_SALT)

    samples = [
        ("verified: the value of a signed_cookies session", cookie),
        ("verified: a small one, not compressed", short),
        ("verified: in a cURL command", f"curl 'http://localhost:8000/cart/' -H 'Accept: text/html' -H 'Cookie: csrftoken=x; sessionid={cookie}'"),
        ("verified: as the server sends it", f"Set-Cookie: sessionid=\"{cookie}\"; expires=Sat, 12 Sep 2026 10:40:00 GMT; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax"),
        ("verified by a fallback key: signed before the key was rotated", f"Cookie: sessionid={fallback}"),
        ("wrong key: signed by another site", f"Cookie: sessionid={foreign}"),
        ("wrong salt: a database value, sent as a cookie", f"Cookie: sessionid={row}"),
        ("too old: signed longer ago than SESSION_COOKIE_AGE", f"Cookie: sessionid={old}"),
        ("truncated: the end was lost on the way", f"Cookie: sessionid={cookie[:-9]}"),
        ("altered: the same signature bytes in another spelling", f"Cookie: sessionid={other_last_character(cookie)}"),
    ]
    path.write_text("\n".join(f"# {comment}\n{sample}\n" for comment, sample in samples))
