/** What is wrong with a field that the browser refuses, as a text of ours: the browser would say it in its own language, not in that of the screen. */
import { today } from './format'

type Field = Pick<HTMLInputElement, 'type' | 'min' | 'max' | 'minLength' | 'validity'>
export type FieldFault = [key: string, facts: Record<string, string | number>]

export function faultOf({ type, min, max, minLength, validity }: Field): FieldFault | null {
  if (validity.valueMissing) return ['form.error.required', {}]
  if (validity.badInput && type === 'date') return ['form.error.noSuchDay', {}]
  if (validity.rangeOverflow) return type === 'date' && max === today() ? ['form.error.afterToday', {}] : ['form.error.max', { limit: max }]
  if (validity.rangeUnderflow) return ['form.error.min', { limit: min }]
  if (validity.tooShort) return ['form.error.minLength', { limit: minLength }]
  return validity.patternMismatch || validity.badInput ? ['form.error.pattern', {}] : null
}
