"""Runs scripts, each in a process of its own that begins with the parts of Django that every script loads.

One line of JSON on standard input is one script; one line on standard output is what became of it. A fork holds
no more than modules: no settings, no connection, no thread. So a script finds what it would find in a new Python.
"""
import gc
import importlib
import json
import os
import select
import sys
import tempfile
import time
import traceback
import types

# None of them looks at settings when it is loaded.
PARTS = """
django django.conf django.apps django.db django.db.models django.db.backends.sqlite3.base django.db.migrations.executor
django.core.management django.core.management.commands.migrate django.core.cache django.core.checks django.core.serializers
django.core.signing django.http django.utils.timezone django.contrib.sessions.serializers
""".split()


def main():
    for part in PARTS:
        try:
            importlib.import_module(part)
        except Exception:
            # An older Django, or none: the script says so, where it asks for it.
            pass
    gc.freeze()
    asked, running = b"", {}
    while True:
        ready, _, _ = select.select([0, *running], [], [])
        for end in ready:
            if end != 0:
                answer(end, *running.pop(end))
                continue
            part = os.read(0, 1 << 16)
            if part == b"":
                return
            *lines, asked = (asked + part).split(b"\n")
            for line in lines:
                begin(json.loads(line), running)


def begin(job, running):
    given, out, err = (tempfile.TemporaryFile() for _ in range(3))
    given.write(job["input"].encode())
    given.seek(0)
    end, held = os.pipe()
    pid = os.fork()
    if pid != 0:
        os.close(held)
        given.close()
        running[end] = job["id"], pid, out, err
        return
    # `held` closes when this process ends, however it ends.
    for number, file in enumerate([given, out, err]):
        os.dup2(file.fileno(), number)
    for other, (_, _, *files) in running.items():
        os.close(other)
        for file in files:
            file.close()
    os.close(end)
    run(job)


def run(job):
    os.environ.clear()
    os.environ.update(job["env"])
    time.tzset()
    os.chdir(job["folder"])
    sys.argv = ["-c", *job["args"]]
    sys.path[0] = ""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        exec(compile(job["source"], "<string>", "exec"), vars(module))
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    # As every Python ends: what is still open is closed.
    sys.exit(0)


def answer(end, number, pid, out, err):
    os.close(end)
    _, status = os.waitpid(pid, 0)
    texts = []
    for file in (out, err):
        file.seek(0)
        texts.append(file.read().decode("utf-8", "replace"))
        file.close()
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    reply = json.dumps({"id": number, "code": code, "out": texts[0], "err": texts[1]}) + "\n"
    rest = memoryview(reply.encode())
    while rest:
        rest = rest[os.write(1, rest):]


main()
