import type { Area } from '@/modules'
import type { Role } from '@/stores/session'

const ROLES: readonly Role[] = ['clerk', 'grid_worker', 'village_official', 'township_officer', 'department_officer', 'county_admin']

export const areas: Area[] = [{ key: 'people', label: 'people.area', icon: 'people', to: '/people', roles: ROLES, order: 20 }]
