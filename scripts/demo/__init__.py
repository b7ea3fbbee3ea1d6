"""Parts of scripts/make-demo.py."""
