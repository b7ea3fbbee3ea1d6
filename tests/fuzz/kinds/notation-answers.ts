/**
 * What Python loads from pickles, told type by type: `{ pickles: [base64] }` gives `[{ value, protocol, framed }]`, where a value is a list
 * that begins with its kind, and null where a module is missing. What can change and stands in several places is told once, then by its path.
 */
export const NOTATION_ANSWERS = String.raw`
import base64, datetime, decimal, json, pickle, pickletools, uuid, zoneinfo
try:
    import pytz
except ImportError:
    pytz = None

def duration(delta):
    micros = delta // datetime.timedelta(microseconds=1)
    size = abs(micros)
    days, rest = divmod(size, 86400 * 10**6)
    seconds, fraction = divmod(rest, 10**6)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    last = "%d" % seconds + (".%06d" % fraction if fraction else "")
    time = ("%dH" % hours if hours else "") + ("%dM" % minutes if minutes else "") + (last + "S" if seconds or fraction else "")
    text = ("%dD" % days if days else "") + ("T" + time if time else "")
    return ("-" if micros < 0 else "") + "P" + text if size else "PT0S"

def offset(delta):
    return datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone(delta)).isoformat()[19:]

def moment(value):
    zone, bare = value.tzinfo, value.replace(tzinfo=None, fold=0).isoformat()
    fold = "[fold=1]" if value.fold else ""
    if zone is None:
        return bare + fold
    if isinstance(zone, datetime.timezone):
        delta, *name = zone.__getinitargs__()
        return bare + offset(delta) + "".join("[name=%s]" % each for each in name) + fold
    if isinstance(zone, zoneinfo.ZoneInfo):
        # The notation tells the offset of a named zone only where there is a day to tell it by.
        return (value.isoformat() if isinstance(value, datetime.datetime) else bare) + "[%s]" % zone.key + fold
    if zone is pytz.utc:
        return bare + "+00:00[UTC][pytz]" + fold
    if isinstance(zone, pytz.tzinfo.StaticTzInfo):
        return bare + "[%s][pytz]" % zone.zone + fold
    return bare + offset(zone._utcoffset) + "[%s][pytz=%s,%d,%d]" % (zone.zone, zone._tzname, zone._utcoffset.total_seconds(), zone._dst.total_seconds()) + fold

TEXTS = [(datetime.datetime, "datetime", moment), (datetime.date, "date", str), (datetime.time, "time", moment), (datetime.timedelta, "timedelta", duration),
         (decimal.Decimal, "decimal", str), (uuid.UUID, "uuid", str), (complex, "complex", repr)]

def tell(value, path, seen):
    kind = type(value)
    if value is None or kind is bool:
        return ["plain", value]
    if kind is int:
        return ["int", str(value)]
    if kind is float:
        return ["float", repr(value)]
    if kind is str:
        return ["str", value]
    if kind is bytes:
        return ["bytes", base64.b64encode(value).decode()]
    for cls, name, text in TEXTS:
        if kind is cls:
            return [name, text(value)]
    if kind in (list, dict, set, bytearray):
        if id(value) in seen:
            return ["ref", seen[id(value)]]
        seen[id(value)] = path
    if kind is bytearray:
        return ["bytearray", base64.b64encode(value).decode()]
    if kind in (list, tuple):
        return [kind.__name__, [tell(item, "%s/%d" % (path, index), seen) for index, item in enumerate(value)]]
    if kind in (set, frozenset):
        return [kind.__name__, sorted((tell(item, path, seen) for item in value), key=json.dumps)]
    named = all(type(key) is str for key in value)
    def step(index, key):
        return key.replace("~", "~0").replace("/", "~1") if named else "%d/1" % index
    return ["dict", [[tell(key, path, seen), tell(item, "%s/%s" % (path, step(index, key)), seen)] for index, (key, item) in enumerate(value.items())]]

def look(text):
    data = base64.b64decode(text)
    ops = {op.name: arg for op, arg, at in pickletools.genops(data)}
    try:
        value = pickle.loads(data)
    except ModuleNotFoundError:
        return None
    except Exception as error:
        return {"value": repr(error), "protocol": None, "framed": False}
    return {"value": tell(value, "#", {}), "protocol": ops.get("PROTO"), "framed": "FRAME" in ops}

def respond(job):
    return [look(text) for text in job["pickles"]]
`
