/** What the desk answers about matters. */
export interface MatterBrief {
  id: string
  name: string
  department?: string | null
}
