/** Calls to the registry about lists of people: imports, their jobs, exports. */
import type { Schemas } from '@/api/types'
import { call, everyPage, http, type Page } from '@/api/http'

export type Import = Schemas['Import']
export type ImportBrief = Schemas['ImportBrief']
export type RowShown = Schemas['RowShown']
export type Group = Schemas['Group']
export type Export = Schemas['Export']
interface Started {
  id: string
  href: string
}

const BASE = '/api/registry/v1'
const LIST = `${BASE}/imports`

export const importsApi = {
  list: (cursor?: string | null) => http.get<Page<ImportBrief>>(LIST, { query: { limit: 20, cursor } }),
  read: (id: string) => http.get<Import>(`${LIST}/${id}`),
  /** `former`: the open import whose place the repaired copy takes. */
  upload(file: File, division: string, former?: string): Promise<Import> {
    const form = new FormData()
    form.append('file', file)
    form.append('division', division)
    if (former) form.append('former', former)
    return http.post<Import>(LIST, form)
  },
  remap: (one: Import, columns: Record<string, string>, more: { header_row?: number; sheet?: string; since?: string; add?: string[] } = {}) =>
    http.put<Import>(`${LIST}/${one.id}/mapping`, { columns, ...more }, { version: one.version }),
  check: (id: string) => http.post<Started>(`${LIST}/${id}/check`),
  commit: (id: string, withoutFaulty: boolean) => http.post<Started>(`${LIST}/${id}/commit`, { without_faulty: withoutFaulty }),
  resume: (id: string) => http.post<Import>(`${LIST}/${id}/resume`),
  annotate: (id: string) => http.post<Started>(`${LIST}/${id}/annotated`),
  discard: (id: string) => http.delete<undefined>(`${LIST}/${id}`),
  groups: (id: string) => everyPage<Group>(`${LIST}/${id}/findings`),
  rows: (id: string, code: string | undefined, cursor?: string | null) => http.get<Page<RowShown>>(`${LIST}/${id}/rows`, { query: { code, cursor, limit: 20 } }),
  edit: (id: string, row: number, cells: Record<string, string>) => http.patch<RowShown>(`${LIST}/${id}/rows/${row}`, { cells }),
  template: () => http.blob(`${LIST}/template`, { accept: '*/*' }),
  file: (href: string) => http.blob(href, { accept: '*/*' }),
  cancel: async (id: string): Promise<void> => void (await call('DELETE', `${BASE}/jobs/${id}`)),
  exports: () => http.get<Page<Export>>(`${BASE}/exports`, { query: { limit: 20 } }),
  startExport: (format: string, purpose: string, division: string) => http.post<Started>(`${BASE}/exports`, { format, purpose, ...(division ? { division } : {}) }),
}
