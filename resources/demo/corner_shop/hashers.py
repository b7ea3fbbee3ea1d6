from django.contrib.auth.hashers import PBKDF2PasswordHasher


class DemoPasswordHasher(PBKDF2PasswordHasher):
    """Django's own hasher with few iterations: the demo's passwords protect nothing."""

    algorithm = "pbkdf2_sha256_demo"
    iterations = 1_000
