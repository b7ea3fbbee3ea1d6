#!/usr/bin/env python3
"""The corner shop: a small Django project that Coatcheck ships as its demo."""
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corner_shop.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
