/** The resolution that names custodians, as it is chosen or typed, and as the interface wants it. */
import type { Schemas } from '@/api/types'

export interface ResolutionDraft {
  /** Id of the deliberation, `hand` for one from before the installation, empty while nothing is chosen. */
  chosen: string
  text: string
  day: string
}

export const HAND = 'hand'
export const emptyResolution = (): ResolutionDraft => ({ chosen: '', text: '', day: '' })
export const asResolution = (draft: ResolutionDraft): Pick<Schemas['Succession'], 'deliberation_id' | 'resolution' | 'resolved_on'> =>
  draft.chosen === HAND ? { resolution: draft.text.trim(), resolved_on: draft.day } : { deliberation_id: draft.chosen }
