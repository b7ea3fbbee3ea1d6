import type { en } from './en.ts'

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }

/** What only the command line and the host's terminal say is English. */
type EnglishRoom = 'cli' | 'host'

/** The shape of the catalogue, which English gives: a language that lacks a text, or has one too many, does not compile. */
export type Words = Texts<Omit<typeof en, EnglishRoom>>
