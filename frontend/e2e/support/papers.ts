/** Reading a PDF as somebody else would: its text, its QR codes, its signatures. */
import { fileURLToPath } from 'node:url'
import { python } from './paths'

export interface ReadPaper {
  pages: number
  /** Without white space, because Chinese breaks anywhere. */
  text: string
  codes: string[]
  /** By poppler's pdfsig, in order; null where it is not installed. */
  signatures: { valid: boolean; whole: boolean; signer: string }[] | null
}

const READER = fileURLToPath(new URL('./read_pdf.py', import.meta.url))

export function readPaper(pdf: Uint8Array): ReadPaper {
  return JSON.parse(python([READER], pdf)) as ReadPaper
}
