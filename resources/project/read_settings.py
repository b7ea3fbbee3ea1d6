"""Tells Coatcheck what a trusted project's settings are. Sent on standard input; answers as JSON on file descriptor 3.

Works on Django 2.2 and later, on Python 3.6 and later. It writes nothing, connects to nothing, and checks nothing of what it reads.
"""
import sys

sys.path[:] = [entry for entry in sys.path if entry]

import json
import os

ANSWER = os.fdopen(int(os.environ.pop("COATCHECK_ANSWER_FD")), "w", encoding="utf-8")
REQUEST = json.loads(os.environ.pop("COATCHECK_REQUEST"))
MAX_DEPTH = 12
MAX_ITEMS = 20000


class Stop(BaseException):
    """Raised instead of running a command of manage.py."""


def encode(value, depth=0):
    import datetime
    import pathlib

    if depth > MAX_DEPTH:
        return {"t": "unknown", "why": "nested too deeply"}
    if value is None:
        return {"t": "none"}
    if isinstance(value, bool):
        return {"t": "bool", "v": value}
    if isinstance(value, int):
        return {"t": "int", "v": str(int(value)) if abs(value) < 10**300 else "0"}
    if isinstance(value, float):
        return {"t": "float", "v": repr(value)}
    if isinstance(value, str):
        return {"t": "str", "v": str(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"t": "bytes", "v": bytes(value).decode("latin-1")}
    if isinstance(value, pathlib.PurePath):
        return {"t": "path", "v": str(value)}
    if isinstance(value, datetime.timedelta):
        return {"t": "timedelta", "seconds": value.total_seconds()}
    if isinstance(value, dict):
        pairs = list(value.items())[:MAX_ITEMS]
        return {"t": "dict", "items": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in pairs]}
    for kind, types in (("list", list), ("tuple", tuple), ("set", (set, frozenset))):
        if isinstance(value, types):
            return {"t": kind, "items": [encode(item, depth + 1) for item in list(value)[:MAX_ITEMS]]}
    if hasattr(value, "_proxy____cast") or type(value).__name__ == "__proxy__":
        return {"t": "str", "v": str(value)}
    return {"t": "unknown", "why": "it is a %s.%s" % (type(value).__module__, type(value).__qualname__)}


NOT_A_SETTING = "AttributeError: 'Settings' object has no attribute '%s'"


def describe(error):
    text = "%s: %s" % (type(error).__name__, error)
    return text[:2000]


def run_manage(folder, module):
    """manage.py up to its command: some projects load a .env file there, or add to Python's path."""
    path = os.path.join(folder, "manage.py")
    if not os.path.isfile(path):
        return
    import runpy

    from django.core import management

    def stop(*args, **kwargs):
        raise Stop()

    kept = management.execute_from_command_line
    management.execute_from_command_line = stop
    sys.argv = ["manage.py", "check"]
    try:
        runpy.run_path(path, run_name="__main__")
    except (Stop, Exception, SystemExit):
        pass
    finally:
        management.execute_from_command_line = kept
    os.environ["DJANGO_SETTINGS_MODULE"] = module


def read_user_table():
    from django.contrib.auth import get_user_model
    from django.db import router

    model = get_user_model()
    meta = model._meta

    def column(name):
        try:
            return meta.get_field(name).column
        except Exception:
            return None

    email = model.get_email_field_name() if hasattr(model, "get_email_field_name") else "email"
    return {
        "model": meta.label,
        "table": meta.db_table,
        "databaseAlias": router.db_for_read(model),
        "isDjangos": is_djangos(model),
        "pk": {"column": meta.pk.column, "type": meta.pk.get_internal_type()},
        "columns": {
            "username": column(getattr(model, "USERNAME_FIELD", "username")), "email": column(email), "isActive": column("is_active"),
            "isStaff": column("is_staff"), "isSuperuser": column("is_superuser"), "password": column("password"),
        },
    }


def same(one, other, name):
    """Whether a class has a method of another one as it is there."""
    return getattr(one, name, None) is getattr(other, name, None)


def is_djangos(model):
    """Whether logins of the model are verified, and its users found, as those of auth.User are."""
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models.manager import BaseManager, Manager
    from django.db.models.query import QuerySet

    if not issubclass(model, AbstractBaseUser):
        return False
    hashes = ("get_session_auth_hash", "get_session_auth_fallback_hash", "_get_session_auth_hash", "_legacy_get_session_auth_hash")
    names = {field.name for field in model._meta.concrete_fields}
    active = "is_active" in names or getattr(model, "is_active", None) is True
    manager = type(model._default_manager)
    asked = getattr(manager, "_queryset_class", QuerySet)
    finds = same(manager, BaseManager, "get_queryset") and same(manager, Manager, "get") and all(same(asked, QuerySet, name) for name in ("get", "filter", "__init__"))
    return all(same(model, AbstractBaseUser, name) for name in hashes) and "password" in names and active and finds and not hasattr(model, "__bool__")


def read_backends(settings):
    """Backends that load users as Django's own do, and which of them: those that are active, or anybody."""
    from django.contrib.auth.backends import AllowAllUsersModelBackend, AllowAllUsersRemoteUserBackend, ModelBackend
    from django.utils.module_loading import import_string

    found = {}
    for path in settings.AUTHENTICATION_BACKENDS:
        try:
            backend = import_string(path)
        except Exception:
            continue
        if isinstance(backend, type) and issubclass(backend, ModelBackend) and same(backend, ModelBackend, "get_user"):
            if same(backend, ModelBackend, "user_can_authenticate"):
                found[path] = "active"
            elif backend.user_can_authenticate in (AllowAllUsersModelBackend.user_can_authenticate, AllowAllUsersRemoteUserBackend.user_can_authenticate):
                found[path] = "anybody"
    return found


def read_engine(settings):
    from importlib import import_module

    store = import_module(settings.SESSION_ENGINE).SessionStore
    found = {"storeClass": "%s.%s" % (store.__module__, store.__qualname__), "keySalt": None, "modelTable": None, "databaseAlias": None, "cookieAgeSeconds": None}
    instance = store()
    salt = getattr(instance, "key_salt", None)
    found["keySalt"] = salt if isinstance(salt, str) else None
    if hasattr(instance, "get_session_cookie_age"):
        age = instance.get_session_cookie_age()
        found["cookieAgeSeconds"] = age if isinstance(age, int) else None
    if hasattr(store, "get_model_class"):
        from django.db import router

        model = store.get_model_class()
        found["modelTable"] = model._meta.db_table
        found["databaseAlias"] = router.db_for_read(model)
    return found


def read_serializer(settings):
    from django.utils.module_loading import import_string

    given = settings.SESSION_SERIALIZER
    serializer = import_string(given) if isinstance(given, str) else given
    names = [base.__name__ for base in serializer.__mro__]
    kind = "json" if "JSONSerializer" in names else "pickle" if "PickleSerializer" in names else "custom"
    return {"path": "%s.%s" % (serializer.__module__, serializer.__qualname__), "kind": kind}


SESSION_PACKAGES = ("qsessions", "user_sessions", "redis_sessions", "django_redis", "tracking_analyzer", "restricted_sessions", "loginas", "hijack")


def main():
    folder, module = REQUEST["folder"], REQUEST["module"]
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    answer = {"python": "%d.%d.%d" % sys.version_info[:3], "django": None, "error": None, "settings": {}, "set": [], "setupError": None, "userTable": None, "backends": None, "engine": None, "serializer": None, "packages": []}
    try:
        import django

        answer["django"] = django.get_version()
        run_manage(folder, module)
        from django.conf import settings

        settings.INSTALLED_APPS
    except BaseException as error:
        answer["error"] = describe(error)
        import traceback

        traceback.print_exc()
        return answer
    for name in REQUEST["names"]:
        try:
            answer["settings"][name] = encode(getattr(settings, name))
            if settings.is_overridden(name):
                answer["set"].append(name)
        except Exception as error:
            why = describe(error)
            answer["settings"][name] = {"t": "unknown", "why": "this Django has no such setting" if why == NOT_A_SETTING % name else why}
    answer["packages"] = [name for name in SESSION_PACKAGES if any(str(app).split(".")[0] == name for app in settings.INSTALLED_APPS)]
    try:
        django.setup()
    except BaseException as error:
        answer["setupError"] = describe(error)
        return answer
    for key, read in (("userTable", read_user_table), ("backends", lambda: read_backends(settings)), ("engine", lambda: read_engine(settings)), ("serializer", lambda: read_serializer(settings))):
        try:
            answer[key] = read()
        except Exception as error:
            answer["setupError"] = answer["setupError"] or describe(error)
    return answer


json.dump(main(), ANSWER)
ANSWER.flush()
os._exit(0)
