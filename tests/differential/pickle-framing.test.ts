import { describe, expect, test } from 'vitest'
import { NOT_COMPRESSED } from '../../electron/core/codecs/cache-value/form.ts'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { encodeCacheValue } from '../../electron/core/codecs/cache-value/encode.ts'
import type { SigningKey } from '../../electron/core/codecs/decoder.ts'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { unpackPayload } from '../../electron/core/codecs/payload.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { decodeText } from '../../electron/core/codecs/session-text.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { planSigning } from '../../electron/core/codecs/signing-plan.ts'
import { parseNotation } from '../../shared/values/notation.ts'
import { findDjangos, runPython } from '../support/django.ts'

/**
 * Pickles by Django's own `PickleSerializer` where there is one, by `pickle.dumps`, and by Python's pickler with its framer switched off,
 * which is what the older picklers of other languages write. `look` tells what pickletools sees in what came back.
 */
const SCRIPT = String.raw`
import base64, io, json, pickle, pickletools, sys
from django.conf import settings
settings.configure()
SESSIONS = [{}, {"a": 1}, {"cart": [1, (2, 3)], "b": b"x"}, {"long": "t" * 70000, "more": list(range(900))}]

class Unframed(pickle._Pickler):
    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.framer.start_framing = lambda: None

def unframed(value, protocol):
    file = io.BytesIO()
    Unframed(file, protocol).dump(value)
    return file.getvalue()

def make():
    out = []
    for value in SESSIONS:
        try:
            from django.contrib.sessions.serializers import PickleSerializer
            out.append(["PickleSerializer", PickleSerializer().dumps(value)])
        except ImportError:
            pass
        for protocol in range(6):
            out.append(["pickle.dumps", pickle.dumps(value, protocol)])
            out.append(["without frames", unframed(value, protocol)])
    return [[name, base64.b64encode(data).decode()] for name, data in out]

def look(text):
    data = base64.b64decode(text)
    ops = [(op.name, arg) for op, arg, at in pickletools.genops(data)]
    pickletools.dis(data, out=io.StringIO())
    assert pickle.loads(data) == pickle._loads(data)
    protocol = next((arg for name, arg in ops if name == "PROTO"), None)
    return {"protocol": protocol, "frames": any(name == "FRAME" for name, arg in ops), "framed": sum(arg for name, arg in ops if name == "FRAME"), "size": len(data), "data": repr(pickle.loads(data))}

job = json.load(sys.stdin)
json.dump(make() if job is None else [look(text) for text in job], sys.stdout)
`

interface Look {
  /** null: protocols 0 and 1 do not say. */
  readonly protocol: number | null
  readonly frames: boolean
  /** Bytes that stand in frames. */
  readonly framed: number
  readonly size: number
  readonly data: string
}

const KEY: SigningKey = { name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }
const NOW = 1_788_000_000_000
const ADDED = '"added": "more than a frame needs"'

/** Signed as the site signs, edited, and signed again by the plan for that text: the new pickle. */
function resign(pickle: Buffer, change: (data: string) => string): Buffer {
  const text = signData(pickle, { key: KEY, salt: ROW_SALT, compress: true, now: NOW, algorithm: 'sha256' })
  const found = decodeText(text, { keyring: [KEY], place: 'row', salt: null, maxAgeSeconds: 1, now: NOW, djangoVersion: '3.2' })
  const { how } = planSigning(found, { place: 'row', djangoVersion: '3.2' })
  const again = Buffer.from(encodeSession({ ...how, data: change(found.data ?? ''), key: KEY, now: NOW })).toString()
  return unpackPayload(again.slice(0, again.indexOf(':')), 1 << 24).data ?? Buffer.alloc(0)
}

function recache(pickle: Buffer): Buffer {
  const { node, form } = decodeCacheValue(pickle, { container: 'redis', flags: null, settings: null, now: NOW })
  return Buffer.from(encodeCacheValue(node ?? { kind: 'none' }, { ...form, compression: NOT_COMPRESSED }))
}

const addKey = (data: string): string => {
  const grown = data.replace(/\s*\}$/, `${data.length > 2 ? ', ' : ''}${ADDED}}`)
  expect(parseNotation(grown).ok).toBe(true)
  return grown
}
const djangos = findDjangos()

describe.skipIf(djangos.length === 0).each(djangos)('$label', (django) => {
  const look = async (pickles: readonly Buffer[]): Promise<readonly Look[]> =>
    JSON.parse(await runPython(django, SCRIPT, { input: JSON.stringify(pickles.map((pickle) => pickle.toString('base64'))) })) as readonly Look[]

  test('a pickle written again keeps its protocol and its framing, signed or in a cache', async () => {
    const made = (JSON.parse(await runPython(django, SCRIPT, { input: 'null' })) as readonly (readonly [string, string])[]).map(([by, text]) => ({ by, pickle: Buffer.from(text, 'base64') }))
    const pickles = made.map(({ pickle }) => pickle)
    const [before, signed, cached, grown] = await Promise.all([look(pickles), look(pickles.map((pickle) => resign(pickle, (data) => data))), look(pickles.map(recache)), look(pickles.map((pickle) => resign(pickle, addKey)))])

    expect(new Set(before.map(({ protocol, frames }) => `${protocol} ${frames}`))).toEqual(new Set(['null false', '2 false', '3 false', '4 false', '4 true', '5 false', '5 true']))
    for (const [index, found] of before.entries()) {
      const { protocol, frames, data } = found
      const wants = { protocol, frames, data }
      expect({ by: made[index]?.by, ...signed[index] }).toMatchObject(wants)
      expect({ by: made[index]?.by, ...cached[index] }).toMatchObject(wants)
      // A pickle too short for a frame gets one when it grows, from Python as from us.
      const isTiny = data === '{}' && (protocol ?? 0) >= 4
      expect({ by: made[index]?.by, ...grown[index] }).toMatchObject({ protocol, frames: frames || isTiny })
      expect(grown[index]?.data).toContain("'added': 'more than a frame needs'")
    }
  })
})
