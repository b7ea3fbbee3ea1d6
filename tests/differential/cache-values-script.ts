/**
 * What Python's own readers make of values: `{ reads: [{ container, serializer, compressor, base64 }] }` on standard input. Answers
 * with canonical JSON, and null for what this Python has no module for. The classes of django-redis and of Django are used where
 * they are installed; else the modules that those classes call.
 */
export const CACHE_READER_SCRIPT = `
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

def answer(job):
    try:
        return json.dumps(read(job), separators=(",", ":"))
    except Unknown:
        return None

json.dump([answer(job) for job in json.load(sys.stdin)], sys.stdout)
`
