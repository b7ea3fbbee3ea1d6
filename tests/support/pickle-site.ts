import { join } from 'node:path'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'
import { TABLE_KEY } from './session-table.ts'

/** What real Django makes of each session when JSONSerializer is to carry it. */
export interface PickleSite {
  readonly file: string
  /** By session key: `fails` (an exception), `changes` (something else comes back), `survives`; null: nobody loads it. */
  readonly fates: Readonly<Record<string, 'fails' | 'changes' | 'survives' | null>>
}

/** Where the hostile pickle would leave a trace. */
export const PROOF_FILE = 'was-run'

/**
 * A site on PickleSerializer, written by real Django before 5.0: carts with dates and prices, keys that are no texts, sets, objects,
 * what JSON carries, what is shared and what holds itself, and a session that would run a command.
 */
const SCRIPT = String.raw`
import base64, datetime, decimal, json, os, pickle, sys, types, uuid
arg = json.load(sys.stdin)
from django.conf import settings
settings.configure(
    SECRET_KEY=arg["key"], USE_TZ=True, DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": arg["file"]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions"], SESSION_SERIALIZER="django.contrib.sessions.serializers.PickleSerializer",
)
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.contrib.sessions.serializers import JSONSerializer
from django.utils import timezone

shop = types.ModuleType("shop")
sys.modules["shop"] = shop
class Cart:
    def __init__(self, owner): self.owner = owner
Cart.__module__, Cart.__qualname__ = "shop", "Cart"
shop.Cart = Cart
class Attack:
    def __reduce__(self): return (os.system, ("touch " + arg["proof"],))

shared, cycle = [1], []
cycle.append(cycle)
paid = lambda n: {"paid_at": datetime.datetime(2026, 8, n, tzinfo=datetime.timezone.utc), "cart": {"items": [{"price": decimal.Decimal("9.90")}, {"price": decimal.Decimal("1")}]}}
sessions = {
    **{"paid%028d" % n: paid(n) for n in range(1, 15)},
    "size".ljust(32, "0"): {"size": (1, 2)}, "visits".ljust(32, "0"): {"visits": {1: "a", 2: "b"}}, "tags".ljust(32, "0"): {"tags": {"a", "b"}},
    "order".ljust(32, "0"): {"order": uuid.UUID(int=7), "raw": b"x"}, "cart".ljust(32, "0"): {"cart": Cart("ana")}, "nan".ljust(32, "0"): {"ratio": float("inf")},
    "plain".ljust(32, "0"): {"a": [1, 2.5, None, True, "é"], "b": {"c": {}}}, "shared".ljust(32, "0"): {"a": shared, "b": shared}, "cycle".ljust(32, "0"): {"loop": cycle},
    "empty".ljust(32, "0"): {}, "hostile".ljust(32, "0"): {"hook": Attack(), "note": "hello"},
}
def fate(data):
    try:
        back = JSONSerializer().loads(JSONSerializer().dumps(data))
    except (TypeError, ValueError):
        return "fails"
    return "survives" if back == data and pickle.dumps(list(map(type, back.values()))) == pickle.dumps(list(map(type, data.values()))) else "changes"

for key, data in sessions.items():
    Session(session_key=key, session_data=SessionStore().encode(data), expire_date=timezone.now() + datetime.timedelta(days=9)).save()
json.dump({key: None if key.startswith("hostile") else fate(data) for key, data in sessions.items()}, sys.stdout)
`

export async function makePickleSite(python: DjangoPython, folder: string): Promise<PickleSite> {
  const file = join(folder, 'pickles.sqlite3')
  const answer = await runPython(python, SCRIPT, { input: JSON.stringify({ key: TABLE_KEY, file, proof: join(folder, PROOF_FILE) }) })
  return { file, fates: JSON.parse(answer) as PickleSite['fates'] }
}
