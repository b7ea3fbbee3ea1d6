"""Ways in which Django itself puts sessions into its stores."""
from importlib import import_module

from demo.frozen import GENERATED_AT, at


def engine(name):
    return import_module(f"django.contrib.sessions.backends.{name}").SessionStore


def save(data, saved_at=GENERATED_AT, expiry=None, store="db"):
    """Saves `data` as a view would have at `saved_at`; returns the session key."""
    with at(saved_at):
        session = engine(store)()
        session.update(data)
        if expiry is not None:
            session.set_expiry(expiry)
        session.save()
        return session.session_key


def log_in(user, data=None, saved_at=GENERATED_AT, expiry=None, store="db"):
    """Logs `user` in as `django.contrib.auth.login` does, with `data` added before."""
    from django.contrib.auth import login
    from django.http import HttpRequest

    with at(saved_at):
        request = HttpRequest()
        request.session = engine(store)()
        request.session.update(data or {})
        if expiry is not None:
            request.session.set_expiry(expiry)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
        return request.session.session_key


def put_text(text, expire_date):
    """Puts a text into a row that no Django of today would write; returns the session key."""
    from django.contrib.sessions.models import Session

    key = engine("db")()._get_new_session_key()
    Session.objects.create(session_key=key, session_data=text, expire_date=expire_date)
    return key
