/**
 * What Python's own readers make of values, and what its writers write: `[{ op, container, serializer, compressor, herd, base64 | json }]`.
 * `read` answers with canonical JSON, `write` with base64, and both with null for what this Python has no module for. The classes of
 * django-redis and of Django are used where they are installed; else the modules that those classes call.
 */
export const CACHE_ANSWERS = `
import base64, gzip, importlib, io, json, lzma, pickle, sys, zlib

def module(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None

import django
from django.conf import settings
settings.configure()
lz4, msgpack, zstandard, django_redis = module("lz4.frame"), module("msgpack"), module("zstandard"), module("django_redis")

class Unknown(Exception):
    pass

def need(found):
    if found is None:
        raise Unknown
    return found

def decompress(name, data):
    if name == "zlib": return zlib.decompress(data)
    if name == "gzip": return gzip.decompress(data)
    if name == "lzma": return lzma.decompress(data)
    if name == "lz4": return need(lz4).decompress(data)
    if name == "zstd": return need(zstandard).ZstdDecompressor().decompress(data)
    return data

class Marker: pass

class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        return Marker if (module, name) == ("django_redis.client.herd", "Marker") else super().find_class(module, name)

def loads(name, data):
    if name == "json": return json.loads(data.decode())
    if name == "msgpack": return need(msgpack).loads(data, raw=False)
    value = Unpickler(io.BytesIO(data)).load()
    if isinstance(value, tuple):
        marker, value, until = value
        assert isinstance(marker, Marker) and isinstance(until, int)
    return value

def with_django_redis(job, data):
    paths = {"zlib": ("zlib", "ZlibCompressor"), "lzma": ("lzma", "LzmaCompressor"), "lz4": ("lz4", "Lz4Compressor"), "none": ("identity", "IdentityCompressor")}
    names = {"pickle": "PickleSerializer", "json": "JSONSerializer", "msgpack": "MSGPackSerializer"}
    module_name, class_name = paths[job["compressor"]]
    compressor = getattr(importlib.import_module("django_redis.compressors." + module_name), class_name)({})
    serializer = getattr(importlib.import_module("django_redis.serializers." + job["serializer"]), names[job["serializer"]])({})
    try:
        data = compressor.decompress(data)
    except Exception:
        pass
    return serializer.loads(data)

def read(job):
    data = base64.b64decode(job["base64"])
    if job["container"] == "database-cache":
        return pickle.loads(base64.b64decode(data, validate=True))
    if job["container"] == "file-cache":
        file = io.BytesIO(data)
        expiry = pickle.load(file)
        assert expiry is None or isinstance(expiry, float)
        return pickle.loads(zlib.decompress(file.read()))
    if django_redis and not job["herd"] and job["compressor"] in ("none", "zlib", "lzma", "lz4") and (lz4 or job["compressor"] != "lz4") and (msgpack or job["serializer"] != "msgpack"):
        return with_django_redis(job, data)
    try:
        data = decompress(job["compressor"], data)
    except Unknown:
        raise
    except Exception:
        pass
    return loads(job["serializer"], data)

def dumps(job, value):
    if job["serializer"] == "json": return json.dumps(value).encode()
    if job["serializer"] == "msgpack": return need(msgpack).dumps(value)
    return pickle.dumps(value, job["protocol"])

def compress(name, data):
    if name == "zlib": return zlib.compress(data, 6)
    if name == "gzip": return gzip.compress(data)
    if name == "lzma": return lzma.compress(data, preset=4)
    if name == "lz4": return need(lz4).compress(data)
    if name == "zstd": return need(zstandard).ZstdCompressor().compress(data)
    return data

def write(job):
    value = json.loads(job["json"])
    data = dumps(job, value)
    if job["container"] == "database-cache":
        return base64.b64encode(data)
    if job["container"] == "file-cache":
        return pickle.dumps(1700000000.25, job["protocol"]) + zlib.compress(data)
    return compress(job["compressor"], data) if len(data) > job["minLength"] else data

def answer(job):
    try:
        if job.get("op") == "write":
            return base64.b64encode(write(job)).decode()
        return json.dumps(read(job), separators=(",", ":"))
    except Unknown:
        return None

def respond(jobs):
    return [answer(job) for job in jobs]
`
