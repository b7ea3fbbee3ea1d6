"""first_rows.py FILE RUNS: opens the file and reads the first 100 rows, as a database browser does. Prints one JSON line for each run."""
import json
import sqlite3
import sys
import time

if __name__ == "__main__":
    for _ in range(int(sys.argv[2])):
        started = time.perf_counter()
        connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
        rows = connection.execute("SELECT session_key, session_data, expire_date FROM django_session LIMIT 100").fetchall()
        connection.close()
        print(json.dumps({"rows": len(rows), "ms": (time.perf_counter() - started) * 1000}), flush=True)
