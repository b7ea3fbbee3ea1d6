"""Django with one session store, and nothing else."""
from urllib.parse import urlsplit

SECRET_KEY = "coatcheck-bench-key"
ENGINES = "django.contrib.sessions.backends."


def configure(place):
    """place: a SQLite file, or the URL of a database server (postgresql, mysql), of a Redis, or of a folder (file)."""
    import django
    from django.conf import settings

    settings.configure(SECRET_KEY=SECRET_KEY, USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], **_of(place))
    django.setup()


def _of(place):
    url = urlsplit(place) if "://" in place else None
    if url is None:
        return {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": place}}}
    if url.scheme == "redis":
        return {"SESSION_ENGINE": ENGINES + "cache", "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": place}}}
    if url.scheme == "file":
        return {"SESSION_ENGINE": ENGINES + "file", "SESSION_FILE_PATH": url.path}
    if url.scheme == "mysql":
        import pymysql

        pymysql.version_info, pymysql.__version__ = (2, 2, 1, "final", 0), "2.2.1"
        pymysql.install_as_MySQLdb()
    engine = "django.db.backends." + ("mysql" if url.scheme == "mysql" else "postgresql")
    server = {"HOST": url.hostname, "PORT": url.port, "USER": url.username, "PASSWORD": url.password or "", "NAME": url.path[1:]}
    return {"DATABASES": {"default": {"ENGINE": engine, **server}}}
