/** Calls of the pad itself, and of the clerk about the pad at the window. */
import { http } from '@/api/http'
import type { Closer, Schemas } from '@/api/types'

export type PadTask = Closer<Schemas['PadTask'], { levels: { level: number; zh: string; en: string }[] }>
export type PadScreen = Closer<Schemas['PadScreen'], { task: PadTask | null }>
export type WindowPad = Schemas['WindowPad']
export type PadCode = Schemas['PadCode']
export type Asked = 'rating' | 'signature'

const PADS = '/api/public/v1/pads'
const ofWindow = (id: string): string => `/api/desk/v1/windows/${id}`

export const padApi = {
  pair: (code: string) => http.post<Schemas['PadToken']>(PADS, { code }),
  screen: (token: string) => http.get<PadScreen>(`${PADS}/${encodeURIComponent(token)}`),
  rate: (code: string, level: number, comment: string, pad: string, key: string) =>
    http.post<unknown>(`/api/public/v1/evaluations/${encodeURIComponent(code)}`, { level, comment, pad }, { key }),
  putOff: (token: string, task: string) => http.delete<void>(`${PADS}/${encodeURIComponent(token)}/tasks/${task}`),
  sign(token: string, task: string, drawing: Blob): Promise<unknown> {
    const body = new FormData()
    body.set('task_id', task)
    body.set('file', drawing, 'signature.png')
    return http.post(`${PADS}/${encodeURIComponent(token)}/signature`, body)
  },
  ofWindow: (windowId: string) => http.get<WindowPad>(`${ofWindow(windowId)}/pad`),
  makeCode: (windowId: string) => http.post<PadCode>(`${ofWindow(windowId)}/pad-code`),
  unpair: (windowId: string) => http.delete<void>(`${ofWindow(windowId)}/pad`),
  ask: (windowId: string, kind: Asked, caseId: string) => http.post<WindowPad>(`${ofWindow(windowId)}/pad/tasks`, { kind, case_id: caseId }),
}
