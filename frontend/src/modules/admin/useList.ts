/** A cursor list as the tables of administration want it. */
import { computed, type ComputedRef, type Ref } from 'vue'
import { useInfiniteQuery } from '@tanstack/vue-query'
import type { Page } from '@/api/http'

export interface List<T> {
  rows: ComputedRef<T[]>
  /** Spread over a DataTable. */
  table: ComputedRef<{ rows: T[]; loading: boolean; error: unknown; more: boolean; loadingMore: boolean }>
  more: () => void
  refetch: () => Promise<unknown>
}

export function useList<T>(key: string, load: (query: Record<string, string | null | undefined>) => Promise<Page<T>>, filter: Ref<Record<string, string | undefined>>, refreshMs?: number): List<T> {
  const query = useInfiniteQuery({
    queryKey: ['admin', key, filter],
    queryFn: ({ pageParam }) => load({ ...filter.value, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<T>) => last.next_cursor,
    refetchInterval: refreshMs ?? false,
  })
  const rows = computed(() => (query.data.value?.pages.flatMap((p) => p.items) ?? []) as T[])
  const table = computed(() => ({ rows: rows.value, loading: query.isPending.value, error: query.error.value, more: query.hasNextPage.value, loadingMore: query.isFetchingNextPage.value }))
  return { rows, table, more: () => void query.fetchNextPage(), refetch: () => query.refetch() }
}
