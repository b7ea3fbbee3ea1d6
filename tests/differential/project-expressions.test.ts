import { execFile } from 'node:child_process'
import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import type { ProjectValue } from '../../shared/model/project.ts'
import { whyUnknown } from '../../shared/model/project.ts'
import { findDjangos } from '../support/django.ts'
import { never } from '../support/project-samples.ts'
import type { Random } from '../support/random.ts'
import { createRandom } from '../support/random.ts'

/** Thousands of made-up expressions: what is told without Python is what Python computes. Unknown is allowed, and counted. */
const run = promisify(execFile)
const COUNT = 1000
const SCRIPT = `
import json, sys
out = []
for line in open(sys.argv[1], encoding="utf-8"):
    try:
        value = eval(line.strip(), {})
        out.append(["ok", json.loads(json.dumps(value))] if not isinstance(value, float) else ["ok", value])
    except Exception as error:
        out.append(["error", type(error).__name__])
print(json.dumps(out))
`

describe.each(findDjangos().slice(0, 1).map((django) => ({ name: django.label, django })))('$name', ({ django }) => {
  test('expressions', { timeout: 120_000 }, async () => {
    const random = createRandom(20_261_121)
    const expressions = Array.from({ length: COUNT }, () => make(random, 3))
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coatcheck-expressions-')))
    await writeFile(join(folder, 'lines.txt'), expressions.join('\n'))
    const { stdout } = await run(django.path, ['-W', 'ignore', '-c', SCRIPT, join(folder, 'lines.txt')], { maxBuffer: 64 * 1024 * 1024 })
    const real = JSON.parse(stdout) as readonly (readonly ['ok' | 'error', ProjectValue])[]
    // What Python does not even parse would hide the rest of the file.
    const lines = expressions.map((text, index) => `V${index} = ${real[index]?.[1] === 'SyntaxError' ? 'no_python' : text}`)
    await writeFile(join(folder, 'settings.py'), `${lines.join('\n')}\nTIME_ZONE = {${expressions.map((_text, index) => `"${index}": V${index}`).join(', ')}}\n`)
    const read = await readStatic({ folder, module: 'settings', environment: {}, djangoVersion: null }, never())
    const told = read.settings.TIME_ZONE.value as Readonly<Record<string, ProjectValue>>
    expect(whyUnknown(told)).toBeNull()
    let unknown = 0
    const wrong: string[] = []
    for (const [index, text] of expressions.entries()) {
      const [kind, value] = real[index] ?? ['error', null]
      const said = told[String(index)]
      if (hasUnknown(said)) unknown += 1
      // Where Python raises, Django does not start: there is no value to be wrong about.
      else if (kind === 'ok' && JSON.stringify(said) !== JSON.stringify(value)) wrong.push(`${text}: said ${JSON.stringify(said)}, Python ${kind} ${JSON.stringify(value)}`)
    }
    expect(wrong).toEqual([])
    console.info(`expressions: ${COUNT}, unknown ${unknown} (those that fail in Python included: ${real.filter(([kind]) => kind === 'error').length})`)
  })
})

function hasUnknown(value: ProjectValue | undefined): boolean {
  return value === undefined || JSON.stringify(value).includes('$')
}

const LEAVES = ['"text"', '["x", "y"]', '{"k": "v", "n": 0}', '(1, 2)', '0', '1', '2', '-3', '7', '"a"', "'b'", '"x" "y"', 'True', 'False', 'None', '[]', '()', '{}', '""', '0x1F', '1_000', 'f"{1}-{None}"', 'f"{{{True}}}"', 'r"\\d"', '"\\u00e9\\n\\x41\\101"', '[1, *(2, 3)]', '{"q": 1, **{"r": 2}}', '1.5', '{"k": 1}']

function make(random: Random, depth: number): string {
  const pick = (items: readonly string[]): string => random.pick(items)
  if (depth === 0 || random.next() < 0.15) return pick(LEAVES)
  const sub = (): string => make(random, depth - 1)
  switch (pick(['binary', 'binary', 'logic', 'logic', 'not', 'compare', 'compare', 'conditional', 'group', 'list', 'tuple', 'index', 'method', 'call', 'unary', 'format', 'comprehension', 'dict'])) {
    case 'binary': return `${sub()} ${pick(['+', '-', '*', '%', '//', '|'])} ${sub()}`
    case 'logic': return `${sub()} ${pick(['and', 'or'])} ${sub()}`
    case 'not': return `not ${sub()}`
    case 'compare': return `${sub()} ${pick(['==', '!=', '<', '>=', 'in', 'not in', 'is', 'is not'])} ${sub()}`
    case 'conditional': return `(${sub()} if ${sub()} else ${sub()})`
    case 'group': return `(${sub()})`
    case 'list': return `[${sub()}, ${sub()}]`
    case 'tuple': return `(${sub()}, ${sub()})`
    case 'index': return `${pick(['["x", "y"]', '(1, 2)', '"text"', '{"k": "v"}'])}[${pick(['0', '1', '-1', '"k"', '"none"', '5', '1:', ':1', ':-1'])}]`
    case 'method': return `(${sub()}).${pick(['upper()', 'strip()', 'split("x")', 'replace("a", "b")', 'get("k")', 'get("z", 3)', 'format(1, 2)', 'join(["p", "q"])', 'startswith("t")', 'lower()', 'rstrip("ty")', 'index("x")', 'copy()'])}`
    case 'call': return `${pick(['str', 'int', 'bool', 'len', 'list', 'tuple', 'any', 'all'])}(${sub()})`
    case 'unary': return `${pick(['-', '+', '~'])}${pick(['1', '2', '(3)', '(False)'])}`
    case 'format': return `"${pick(['%s', '%d', '%s-%s', '100%%'])}" % ${pick(['1', '"t"', '(1, "t")', '(1, 2)', '("z",)'])}`
    case 'comprehension': return `[i for i in ${pick(['["x", "y"]', '(1, 2)', '"text"', '{"k": 1}', '[1, 2, 3]'])}${pick(['', ' if i', ' if i != "x"', ' if not i == 2'])}]`
    default: return `{"a": ${sub()}, "b": ${sub()}}`
  }
}
