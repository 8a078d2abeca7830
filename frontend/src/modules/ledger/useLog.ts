/** Which log the screens show: the county's, or the system's for those who watch it. */
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useSession } from '@/stores/session'

/** The log of acts that belong to no county; its readers are the system's administrator and auditors. */
const SYSTEM = 'system'

export function useLog(): { tenant: ComputedRef<string>; ofSystem: Ref<boolean> } {
  const session = useSession()
  const ofSystem = ref(false)
  const tenant = computed(() => (session.role === 'system_admin' || ofSystem.value ? SYSTEM : (session.user?.tenant ?? '')))
  return { tenant, ofSystem }
}
