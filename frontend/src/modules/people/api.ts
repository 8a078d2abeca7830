/** What the registry answers about people and households. */
export interface ResidentBrief {
  id: string
  name: string
  sex?: string | null
  birth_date?: string | null
  age?: number | null
  identity_masked?: string | null
  phone_masked?: string | null
  division: string
  division_name?: string | null
  grid_name?: string | null
  household_id?: string | null
  relation?: string | null
  relation_name?: string | null
  presence?: string | null
  address?: string | null
  alive?: boolean
}
