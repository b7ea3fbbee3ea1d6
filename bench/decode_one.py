"""decode_one.py TEXT: the shortest honest way to decode one session cookie in Python."""
import sys

import setup_django

if __name__ == "__main__":
    setup_django.configure(":memory:")
    from django.core import signing

    print(signing.loads(sys.argv[1], key=sys.argv[2], salt="django.contrib.sessions.backends.signed_cookies"))
