/** Names of the generated document's records, so that modules need not know how it is nested. */
import type { components } from './schema'

export type Schemas = components['schemas']

/** A record of the document with some fields known more closely than the document says. */
export type Closer<T, More> = Omit<T, keyof More> & More
