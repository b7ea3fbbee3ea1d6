"""Django with a session table in one SQLite file, and nothing else."""
SECRET_KEY = "coatcheck-bench-key"


def configure(file):
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY=SECRET_KEY,
        USE_TZ=True,
        INSTALLED_APPS=["django.contrib.sessions"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}},
    )
    django.setup()
