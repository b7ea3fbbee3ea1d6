#!/usr/bin/env python3
"""Makes the data of the demo shop (resources/demo) with real Django 5.2: database, session files, cookies.txt, demo.json.

    .venv/bin/python scripts/make-demo.py

Clock, session keys and password salts are fixed, so making it again gives the same rows. What may differ is what Django
leaves to its libraries: compressed bytes (zlib's version) and the layout of the SQLite file (SQLite's version).
"""
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "resources" / "demo"
sys.dont_write_bytecode = True
sys.path[:0] = [str(DEMO), str(Path(__file__).resolve().parent)]
os.environ["DJANGO_SETTINGS_MODULE"] = "corner_shop.settings"


def main():
    try:
        import django
    except ImportError:
        sys.exit("The demo is made with Django 5.2, which this Python does not have: .venv/bin/python scripts/make-demo.py")
    if django.VERSION[:2] != (5, 2):
        sys.exit(f"The demo is made with Django 5.2; this is {django.__version__}: .venv/bin/python scripts/make-demo.py")
    for name in ("db.sqlite3", "cookies.txt", "demo.json"):
        (DEMO / name).unlink(missing_ok=True)
    shutil.rmtree(DEMO / "sessions", ignore_errors=True)
    (DEMO / "sessions").mkdir()

    from demo.frozen import GENERATED_AT, at, repeatable_randomness

    django.setup()
    with repeatable_randomness(seed=20260829), at(GENERATED_AT):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)

        from demo import cookies, database, files, manifest, ordinary, people, special

        users = people.create()
        ordinary.create(users)
        described = special.create(users)
        described_files = files.create(users)
        cookies.write(DEMO / "cookies.txt")
        database.settle()
        manifest.write(DEMO, described, described_files)
    print(f"{DEMO}: {sum(f.stat().st_size for f in DEMO.rglob('*') if f.is_file()):,} bytes")


if __name__ == "__main__":
    main()
