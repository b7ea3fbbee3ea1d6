import type { Random } from './random.ts'

const JUNK = [...'ABCxyz019-_=+/.:%! é\u0000"{}[],']

/** A text with one thing changed, as people and programs damage it: cut, replaced, inserted, left out, appended. */
export function mutate(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + random.pick(JUNK) + text.slice(at + 1)
    case 2:
      return text.slice(0, at) + random.pick(JUNK).repeat(1 + random.below(4)) + text.slice(at)
    case 3:
      return text.slice(0, at) + text.slice(at + 1 + random.below(4))
    default:
      return text + random.pick(JUNK).repeat(1 + random.below(4))
  }
}
