"""django_loop.py FILE RUNS: what a developer writes in `manage.py shell` to look into every session. Prints one JSON line for each run."""
import json
import sys
import time

import setup_django

if __name__ == "__main__":
    setup_django.configure(sys.argv[1])
    from django.contrib.sessions.models import Session

    for _ in range(int(sys.argv[2])):
        started, cpu = time.perf_counter(), time.process_time()
        decoded = sum(1 for row in Session.objects.iterator() if row.get_decoded())
        print(json.dumps({"rows": decoded, "ms": (time.perf_counter() - started) * 1000, "cpuMs": (time.process_time() - cpu) * 1000}), flush=True)
