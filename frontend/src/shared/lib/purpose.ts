/** Why somebody looks at a whole number: a code of the national list, with words of one's own where it is not plain. */
export interface Purpose {
  code: string
  text: string
}

export const PURPOSES = ['handle_case', 'verify_identity', 'contact', 'pay_benefit', 'emergency'] as const

/** Own words go under the general purpose. */
export const inWords = (text: string): Purpose => ({ code: 'handle_case', text })
