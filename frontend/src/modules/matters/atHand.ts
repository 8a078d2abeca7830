/**
 * The matters that this browser has read since it was opened, so that a case can be begun while the desk cannot be reached.
 *
 * A matter is public; nothing here is about anybody.
 */
import { computed, shallowReactive } from 'vue'
import { readMatter, type Matter } from './api'

const known = shallowReactive(new Map<string, Matter>())

/** The last ones that can be applied for, the newest first. */
export const mattersAtHand = computed(() => [...known.values()].filter((matter) => matter.state === 'published').reverse())
export const matterAtHand = (id: string): Matter | undefined => known.get(id)

/** The matter as it is now; as it was last read where nobody answers. */
export async function matterNow(id: string): Promise<Matter | null> {
  try {
    known.set(id, await readMatter(id))
  } catch {
    // What is at hand must do.
  }
  return known.get(id) ?? null
}

/** Reads those that are not known yet, one after the other: nobody waits for them. */
export async function haveAtHand(ids: readonly string[]): Promise<void> {
  for (const id of ids) if (!known.has(id)) await matterNow(id)
}
