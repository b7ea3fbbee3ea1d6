"""Last touches to db.sqlite3."""


def settle():
    """Fixes what Django stamps with its own clock reference, and packs the file."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = '2026-08-29 10:40:00'")
        cursor.execute("VACUUM")
    connection.close()
