/**
 * The modules: each brings its routes and, where it has one, its area of the rail.
 *
 * A new module is a folder with `routes.ts`; nothing else has to be changed.
 */
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/stores/session'

export interface Area {
  key: string
  /** Key of the text beside the icon. */
  label: string
  icon: string
  to: string
  roles: readonly Role[]
  /** Lower comes first in the rail. */
  order: number
}

export interface ModuleFile {
  /** Pages inside the frame. */
  routes?: RouteRecordRaw[]
  /** Pages without the frame: public pages, boards. */
  bare?: RouteRecordRaw[]
  areas?: Area[]
}

const files = import.meta.glob<ModuleFile>('./*/routes.ts', { eager: true })
const modules = Object.values(files)

export const routes = modules.flatMap((m) => m.routes ?? [])
export const bareRoutes = modules.flatMap((m) => m.bare ?? [])
const areas = modules.flatMap((m) => m.areas ?? []).sort((a, b) => a.order - b.order)

const RAIL_LIMIT = 7

export function areasFor(role: Role | null): Area[] {
  return role ? areas.filter((a) => a.roles.includes(role)).slice(0, RAIL_LIMIT) : []
}
