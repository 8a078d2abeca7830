/** One key for one content: sent again, on a bad connection or by a second press, it is the same act; changed, it is another. */
import { newKey } from '@/api/http'

export function contentKey(): (content: unknown) => string {
  let key = newKey()
  let last: string | undefined
  return (content) => {
    const said = JSON.stringify(content)
    if (last !== undefined && said !== last) key = newKey()
    last = said
    return key
  }
}
