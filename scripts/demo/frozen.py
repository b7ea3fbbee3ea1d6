"""A fixed clock and fixed randomness for Django."""
import random
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from unittest import mock

GENERATED_AT = datetime(2026, 8, 29, 10, 40, 0, tzinfo=timezone.utc)


def ago(**delta):
    """The moment this long before the demo's clock."""
    return GENERATED_AT - timedelta(**delta)


@contextmanager
def at(moment):
    """Django's clock stands at `moment`, in its models as well as in its signer."""
    with mock.patch("django.utils.timezone.now", lambda: moment), mock.patch("time.time", lambda: moment.timestamp()):
        yield


@contextmanager
def repeatable_randomness(seed):
    """Session keys and salts come from `django.utils.crypto.get_random_string`, which asks `secrets`."""
    dice = random.Random(seed)
    with mock.patch("django.utils.crypto.secrets.choice", dice.choice):
        yield
