import fc from 'fast-check'
import { readPickle } from '../../../electron/core/codecs/pickle/read.ts'
import { writePickle } from '../../../electron/core/codecs/pickle/write.ts'
import { sharedSessions } from '../../support/arbitrary-data.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { same } from '../fuzz-kind.ts'

/** Whether Python loads each: only types of data are at hand, so that nothing else can run. null: it asks for something else. */
const LOADS_ANSWERS = `
import base64, io, pickle, resource
# A damaged place in the memo asks for all memory there is.
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
ALLOWED = {"builtins": {"set", "frozenset", "bytearray", "complex", "bytes", "object"}, "datetime": {"datetime", "date", "time", "timedelta", "timezone"}, "decimal": {"Decimal"}, "uuid": {"UUID"}, "_codecs": {"encode"}, "copyreg": {"_reconstructor"}}
class Strange(BaseException):
    pass
class Restricted(pickle.Unpickler):
    def find_class(self, module, name):
        module = {"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)
        if name not in ALLOWED.get(module, ()):
            raise Strange
        return super().find_class(module, name)
def loads(text):
    try:
        Restricted(io.BytesIO(base64.b64decode(text))).load()
        return "loads"
    except (Strange, MemoryError):
        return None
    except Exception as error:
        return "refuses"
def respond(texts):
    return [loads(text) for text in texts]
`
const changes = fc.array(fc.record({ at: fc.nat(), byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('(.012NIJKLMGRSVX]abehijlopqrstu}\u0080\u0085\u0086\u0087\u008a\u008c\u008f\u0090\u0091\u0093\u0094', 'latin1'))), how: fc.constantFrom('replace', 'insert', 'cut', 'remove') }), { minLength: 1, maxLength: 3 })

/** Pickles with some bytes changed: refused by us where Python refuses them, and read where it reads them. */
export const damagedPickles: FuzzKind<Buffer> = {
  name: 'damaged pickles',
  share: 20,
  answers: LOADS_ANSWERS,
  suits: () => true,
  cases: () =>
    fc.tuple(sharedSessions, fc.integer({ min: 0, max: 5 }), fc.boolean(), changes).map(([node, protocol, framed, made]) => made.reduce((bytes, { at, byte, how }) => change(bytes, at, byte, how), writePickle(node, { protocol, framed }))),
  async compare(ask, cases) {
    const answers = await ask<readonly (string | null)[]>(cases.map((bytes) => bytes.toString('base64')))
    return cases.map((bytes, index) => {
      const read = readPickle(bytes)
      const answer = answers[index] ?? null
      // What would call something is not judged further: nobody runs it.
      if (answer === null || read.facts.danger !== 'data') return null
      const outcome = same(read.ok ? 'loads' : 'refuses', answer)
      return outcome?.agree === false ? { agree: false, detail: `${outcome.detail}${read.ok ? '' : `\n${read.reason} at ${read.offset}`}` } : outcome
    })
  },
  show: (bytes) => bytes.toString('base64'),
}

function change(bytes: Buffer, place: number, byte: number, how: string): Buffer {
  const at = place % (bytes.length + 1)
  if (how === 'cut') return bytes.subarray(0, at)
  const isKept = how === 'insert'
  return Buffer.concat([bytes.subarray(0, at), how === 'remove' ? Buffer.alloc(0) : Buffer.of(byte), bytes.subarray(isKept ? at : at + 1)])
}
