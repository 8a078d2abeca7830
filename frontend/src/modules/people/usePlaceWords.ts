/** Fields of grids, dwellings and areas and their values in words, as their past and their forms say them. */
import { useI18n } from 'vue-i18n'

export interface PlaceWords {
  label: (field: string) => string
  say: (field: string, value: unknown) => string
}

/** `grids`: those that can be named here. */
export function usePlaceWords(grids: () => readonly { id: string; name: string }[] | undefined = () => undefined): PlaceWords {
  const { t, te } = useI18n()
  const word = (key: string, code: string): string => (te(`${key}.${code}`) ? t(`${key}.${code}`) : code)
  const gridName = (id: unknown): string => grids()?.find((g) => g.id === id)?.name ?? t('people.grid')
  return {
    label: (field) => word('people.place.fields', field),
    say: (field, value) => {
      if (value === null || value === undefined || value === '') return ''
      if (field === 'kind') return word('people.place.kinds', String(value))
      if (field === 'pilot') return word('places.communities.pilots', String(value))
      if (field === 'grid') return gridName(value)
      return Array.isArray(value) ? value.map(gridName).join('、') : String(value)
    },
  }
}
