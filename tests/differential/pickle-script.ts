/**
 * Real Python as both ends of a round trip, in one process. `make` gives pickles of seeded values of every kind by protocol, `parts` each
 * entry of one of them alone; `check` takes what came back and tells where it differs from what was given: in type, value, order, time
 * zone, fold, or in what is shared.
 */
export const PICKLE_ANSWERS = String.raw`
import base64, collections, copyreg, datetime, decimal, fractions, ipaddress, json, math, pickle, random, sys, types, uuid, zoneinfo
from django.conf import settings
settings.configure(USE_I18N=True, USE_TZ=True, INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"], SECRET_KEY="x")
import django
django.setup()
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import Message
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.safestring import mark_safe, SafeString
from django.utils.timezone import get_fixed_timezone
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy
try:
    import pytz
except ImportError:
    pytz = None

shop = types.ModuleType("shop")
sys.modules["shop"] = shop
exec(compile('''
import collections
Point = collections.namedtuple("Point", "x y")
class Plain:
    def __init__(self, **given): self.__dict__.update(given)
class Slotted:
    __slots__ = ("a", "b")
    def __init__(self, a, b): self.a, self.b = a, b
class Stated:
    def __init__(self, value): self.value = value
    def __getstate__(self): return (self.value, "extra")
    def __setstate__(self, state): self.value = state[0]
class Items(list): pass
class Table(dict): pass
class Word(str): pass
class Outer:
    class Inner:
        def __init__(self, n): self.n = n
''', "shop", "exec"), shop.__dict__)
for cls in (shop.Point, shop.Plain, shop.Slotted, shop.Stated, shop.Items, shop.Table, shop.Word, shop.Outer, shop.Outer.Inner):
    cls.__module__ = "shop"

ZONES = ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC", "Pacific/Apia", "Etc/GMT+5", "America/St_Johns"]
CHARS = ["a", "Z", "0", "\\", "\n", "\r", "\x00", "\x1a", "\x7f", "é", "ÿ", "Ā", "漢", "😀", "\ud800", "\udfff", "'", '"', "$", "/", "~", "\u2028", "\u202e"]

class Maker:
    def __init__(self, seed, protocol):
        self.r = random.Random(seed)
        self.protocol = protocol
        self.shared = []

    def text(self):
        out = "".join(self.r.choice(CHARS) for _ in range(self.r.choice([0, 1, 3, 12, 300])))
        return out if not any("\ud800" <= a <= "\udbff" and "\udc00" <= b <= "\udfff" for a, b in zip(out, out[1:])) else "pair"

    def integer(self):
        return self.r.choice([0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**53, 2**53 + 1, -128, -129, 127, 128, 2**63, -2**63, self.r.getrandbits(self.r.choice([3, 9, 40, 70, 2041, 3000])) * self.r.choice([1, -1])])

    def number(self):
        return self.r.choice([0.0, -0.0, 1.0, 1e16, 1e-7, 5e-324, math.inf, -math.inf, math.nan, self.r.random(), self.r.uniform(-1e300, 1e300)])

    def zone(self):
        r = self.r
        kinds = [
            lambda: None,
            lambda: datetime.timezone.utc,
            lambda: datetime.timezone(datetime.timedelta(minutes=r.randrange(-1439, 1440))),
            lambda: datetime.timezone(datetime.timedelta(seconds=r.randrange(-86399, 86400), microseconds=r.choice([0, 1]))),
            lambda: datetime.timezone(datetime.timedelta(hours=2), r.choice(["CEST", "+0200", "", "x=y"])),
            lambda: datetime.timezone(datetime.timedelta(hours=2), "odd [name],"),
            lambda: get_fixed_timezone(r.randrange(-700, 700)),
            lambda: zoneinfo.ZoneInfo(r.choice(ZONES)),
            lambda: zoneinfo.ZoneInfo.no_cache(r.choice(ZONES)),
        ]
        return r.choice(kinds)()

    def datetime(self):
        r = self.r
        naive = datetime.datetime(r.choice([1, 1883, 1970, 2026, 9999, r.randrange(1, 10000)]), r.randrange(1, 13), r.randrange(1, 29), r.randrange(24), r.randrange(60), r.randrange(60), r.choice([0, 1, 999999, r.randrange(1000000)]), fold=r.choice([0, 0, 0, 1]))
        if pytz is not None and r.random() < 0.3 and 1900 < naive.year < 2030:
            zone = r.choice([pytz.utc, pytz.timezone("Europe/Paris"), pytz.timezone("Etc/GMT+5"), pytz.timezone("Asia/Kolkata")])
            return zone.localize(naive.replace(fold=0))
        if r.random() < 0.2:
            hour = r.choice([datetime.datetime(2026, 10, 25, 2, 30), datetime.datetime(2026, 3, 29, 2, 30)])
            return hour.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Paris"), fold=r.choice([0, 1]))
        return naive.replace(tzinfo=self.zone())

    def key(self, depth):
        r = self.r
        kinds = [self.text, self.text, self.text, self.integer, lambda: None, lambda: r.random() < 0.5, lambda: r.random(), lambda: b"k", lambda: uuid.UUID(int=r.getrandbits(128)), self.datetime, lambda: (1, self.text()), lambda: frozenset([1, 2]), lambda: decimal.Decimal("1.5"), lambda: "$opaque", lambda: "$int", lambda: "$$tuple", lambda: "__proto__", lambda: "a/b~c", lambda: datetime.date(2026, 1, 2)]
        return r.choice(kinds)()

    def plain(self):
        r = self.r
        big = r.choice([0, 1, 3, 300, 70000])
        kinds = [
            lambda: None, lambda: True, lambda: False, self.integer, self.integer, self.number, self.text, self.text,
            lambda: r.getrandbits(8 * big).to_bytes(big, "big") if big else b"",
            lambda: bytearray(self.text().encode("utf8", "surrogatepass")),
            self.datetime, self.datetime,
            lambda: datetime.date(r.randrange(1, 10000), r.randrange(1, 13), r.randrange(1, 29)),
            lambda: datetime.time(r.randrange(24), r.randrange(60), r.randrange(60), r.choice([0, 5]), tzinfo=self.zone(), fold=r.choice([0, 1])),
            lambda: datetime.timedelta(r.randrange(-999999999, 999999999), r.randrange(86400), r.randrange(1000000)),
            lambda: datetime.timedelta(seconds=r.randrange(-200000, 200000)),
            lambda: r.choice([datetime.timedelta.min, datetime.timedelta.max, datetime.timedelta(0), datetime.timezone.utc]),
            lambda: decimal.Decimal(r.choice(["0", "-0", "9.90", "1E+3", "1E-400", "NaN", "sNaN123", "-NaN", "Infinity", "-Infinity", "0.000", "1234567890123456789012345678901234567890.5", str(r.random())])),
            lambda: uuid.UUID(int=r.choice([0, 1, 2**128 - 1, r.getrandbits(128)])),
            lambda: uuid.UUID(int=5, is_safe=uuid.SafeUUID.safe),
            lambda: complex(self.number(), self.number()) if r.random() < 0.9 else complex(-0.0, -0.0),
            lambda: r.choice([int, str, dict, decimal.Decimal]),
        ]
        return r.choice(kinds)()

    def object(self, depth):
        r = self.r
        value = lambda: self.value(depth + 1)
        kinds = [
            lambda: range(r.randrange(10), r.randrange(10, 30), 3),
            lambda: slice(1, None, self.integer()),
            lambda: collections.OrderedDict([(self.text(), value()) for _ in range(3)]),
            lambda: collections.defaultdict(r.choice([list, int, None, shop.Plain]), {self.text(): value()}),
            lambda: collections.Counter({"a": 2, "b": 1}),
            lambda: collections.deque([value(), value()], r.choice([None, 5])),
            lambda: fractions.Fraction(r.randrange(-99, 99), r.randrange(1, 99)),
            lambda: ipaddress.ip_address(r.choice(["10.0.0.1", "::1", "fe80::1"])),
            lambda: shop.Point(value(), value()),
            lambda: shop.Plain(a=value(), b=value()),
            lambda: shop.Stated(value()),
            lambda: fill(shop.Items([value(), value()]), {"tag": value()}),
            lambda: fill(shop.Table({self.text(): value()}), {"tag": value()}),
            lambda: Message(r.choice([10, 25, 40]), self.text(), "tag"),
            lambda: gettext_lazy(self.text() or "x"),
            lambda: ngettext_lazy("one", "many", "n"),
            lambda: pgettext_lazy("month", "May"),
        ]
        if self.protocol >= 2:
            kinds += [lambda: QueryDict("a=1&a=2&b=%C3%A9"), lambda: MultiValueDict({"a": [value(), 2]}), lambda: mark_safe(self.text()), lambda: shop.Slotted(value(), value()), lambda: shop.Word(self.text()), lambda: User(id=r.randrange(99), username=self.text())]
        if self.protocol >= 4:
            kinds.append(lambda: shop.Outer.Inner(value()))
        return r.choice(kinds)()

    def value(self, depth=0):
        r = self.r
        if self.shared and r.random() < 0.12:
            return r.choice(self.shared)
        if depth > 4 or r.random() < 0.5:
            return self.plain()
        more = range(r.choice([0, 1, 2, 3, 4, 5, 2]))
        kind = r.randrange(9)
        if kind == 0:
            made = []
            self.shared.append(made)
            made.extend(self.value(depth + 1) for _ in more)
        elif kind in (1, 2):
            made = {}
            self.shared.append(made)
            for _ in more:
                made[self.text() if kind == 1 else self.key(depth)] = self.value(depth + 1)
        elif kind == 3:
            made = tuple(self.value(depth + 1) for _ in more)
        elif kind == 4:
            made = {self.key(depth) for _ in more}
            self.shared.append(made)
        elif kind == 5:
            made = frozenset(self.key(depth) for _ in more)
        else:
            made = self.object(depth)
            self.shared.append(made)
        return made

def fill(target, attributes):
    target.__dict__.update(attributes)
    return target

def session(seed, protocol):
    maker = Maker(seed, protocol)
    size = 1200 if seed % 400 == 7 else maker.r.randrange(1, 6)
    data = {}
    maker.shared.append(data)
    for index in range(size):
        data[maker.text() if size < 9 else "k%d" % index] = maker.value() if size < 9 else index
    if seed % 5 == 0:
        data["class"] = shop.Plain
    return data

class Different(Exception):
    pass

def compare(a, b, seen, back, path="", depth=0):
    """Type by type; identities of what can change map one to one, both ways."""
    if depth > 200:
        return
    if type(a) is not type(b) and not (isinstance(a, Promise) and isinstance(b, Promise)):
        raise Different(f"{path}: {type(a)} became {type(b)}")
    if isinstance(a, (list, dict, set, bytearray)) or hasattr(a, "__dict__") and not isinstance(a, (type, datetime.tzinfo, Promise)):
        if id(a) in seen or id(b) in back:
            if seen.get(id(a)) != id(b) or back.get(id(b)) != id(a):
                raise Different(f"{path}: shared otherwise")
            return
        seen[id(a)], back[id(b)] = id(b), id(a)
    if isinstance(a, Promise):
        if a.__reduce__()[1][:2] != b.__reduce__()[1][:2] and repr(a.__reduce__()[1]) != repr(b.__reduce__()[1]):
            raise Different(f"{path}: {a.__reduce__()} became {b.__reduce__()}")
        return
    if isinstance(a, (list, tuple, collections.deque)):
        if len(a) != len(b):
            raise Different(f"{path}: {len(a)} items became {len(b)}")
        for index, (x, y) in enumerate(zip(a, b)):
            compare(x, y, seen, back, f"{path}/{index}", depth + 1)
    elif isinstance(a, dict):
        if len(a) != len(b):
            raise Different(f"{path}: {len(a)} entries became {len(b)}")
        for x, y in zip(a, b):
            compare(x, y, seen, back, f"{path}/key", depth + 1)
            compare(dict.__getitem__(a, x), dict.__getitem__(b, y), seen, back, f"{path}/{x!r}", depth + 1)
        if isinstance(a, collections.defaultdict) and a.default_factory is not b.default_factory:
            raise Different(f"{path}: factory")
    elif isinstance(a, (set, frozenset)):
        if sorted(map(describe_text, a)) != sorted(map(describe_text, b)):
            raise Different(f"{path}: {a!r} became {b!r}")
    elif describe(a) != describe(b):
        raise Different(f"{path}: {describe(a)} became {describe(b)}")
    if hasattr(a, "__dict__") and not isinstance(a, (type, datetime.tzinfo)):
        compare(a.__dict__, b.__dict__, seen, back, f"{path}.__dict__", depth + 1)
    if isinstance(a, shop.Slotted):
        compare((a.a, a.b), (b.a, b.b), seen, back, f"{path}.slots", depth + 1)

def describe(a):
    if isinstance(a, datetime.datetime) or isinstance(a, datetime.time):
        return (type(a).__name__, a.replace(tzinfo=None).isoformat(), a.fold, describe_zone(a.tzinfo))
    if isinstance(a, float):
        return a.hex() if a == a else "nan"
    if isinstance(a, complex):
        return ("complex", describe(a.real), describe(a.imag))
    if isinstance(a, int) and not isinstance(a, bool):
        return "int %x" % a
    if isinstance(a, uuid.UUID):
        return ("uuid", a.int, a.is_safe)
    if isinstance(a, frozenset):
        return "frozenset" + repr(sorted(map(describe_text, a)))
    if hasattr(a, "__dict__") and not isinstance(a, (type, datetime.tzinfo)):
        return str(type(a))
    if isinstance(a, shop.Slotted):
        return "slotted"
    return (str(type(a)), repr(a))

def describe_text(a):
    return repr(describe(a))

def describe_zone(zone):
    if isinstance(zone, zoneinfo.ZoneInfo):
        return ("zoneinfo", zone.key, zone is zoneinfo.ZoneInfo(zone.key))
    return (str(type(zone)), repr(zone))

def make(seeds, protocols):
    out = []
    for protocol in protocols:
        for seed in seeds:
            try:
                out.append([seed, protocol, base64.b64encode(pickle.dumps(session(seed, protocol), protocol)).decode()])
            except (RecursionError, pickle.PicklingError, TypeError, AttributeError) as error:
                out.append([seed, protocol, None, repr(error)[:200]])
    return out

def check(items):
    wrong = []
    for seed, protocol, given, text in items:
        try:
            compare(pickle.loads(base64.b64decode(given)), pickle.loads(base64.b64decode(text)), {}, {})
        except Exception as error:
            wrong.append([seed, protocol, type(error).__name__ + ": " + str(error)[:300]])
    return wrong

def parts(seed, protocol):
    return [[seed, protocol, base64.b64encode(pickle.dumps({key: value}, protocol)).decode()] for key, value in session(seed, protocol).items()]

def respond(job):
    if job["op"] == "make":
        return make(job["seeds"], job["protocols"])
    return parts(job["seed"], job["protocol"]) if job["op"] == "parts" else check(job["items"])
`
