/** Whether this browser holds the signed-in custodian's key of a seal, and making one. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useSession } from '@/stores/session'
import type { Seal } from './api'
import { canHoldKeys, enrol, heldKey, ownerOf, type HeldKey } from './custodianKey'

export type KeyPlace = 'here' | 'elsewhere' | 'none' | 'lost' | 'expired' | 'insecure'

export interface CustodianKey {
  place: ComputedRef<KeyPlace>
  held: Ref<HeldKey | undefined>
  loaded: Ref<boolean>
  busy: Ref<boolean>
  make: () => Promise<void>
}

export function useCustodianKey(seal: Ref<Seal | undefined>, changed: () => unknown): CustodianKey {
  const session = useSession()
  const held = ref<HeldKey>()
  const loaded = ref(false)
  const busy = ref(false)
  const account = computed(() => session.user?.id ?? '')

  async function read(): Promise<void> {
    if (!seal.value || !canHoldKeys()) return
    held.value = await heldKey(ownerOf(account.value, seal.value.id)).catch(() => undefined)
    loaded.value = true
  }
  // Another place of the screen may have made the key: its certificate shows in the seal.
  watch(() => `${seal.value?.id}:${seal.value?.custodians.find((c) => c.is_me)?.key_serial}`, read, { immediate: true })

  const place = computed<KeyPlace>(() => {
    if (!canHoldKeys()) return 'insecure'
    const mine = seal.value?.custodians.find((c) => c.is_me)
    if (mine?.key_lost) return 'lost'
    if (!mine?.has_key) return 'none'
    if (mine.key_not_after && Date.parse(mine.key_not_after) < Date.now()) return 'expired'
    return held.value?.serial && held.value.serial === mine.key_serial ? 'here' : 'elsewhere'
  })

  async function make(): Promise<void> {
    if (!seal.value) return
    busy.value = true
    try {
      await enrol(account.value, seal.value.id)
      await read()
      await changed()
    } finally {
      busy.value = false
    }
  }

  return { place, held, loaded, busy, make }
}
