import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import type { HistoryEntry } from '@/modules/cases/api'
import CaseHistory from '@/modules/cases/components/CaseHistory.vue'

let version = 0
const entry = (command: string, actor: string, more: Partial<HistoryEntry> = {}): HistoryEntry =>
  ({ version: (version += 1), command, actor, actor_name: actor, actor_role: 'clerk', from_state: 'draft', to_state: 'draft', step: null, note: '', at: `2026-11-23T09:0${version}:00+08:00`, ...more }) as HistoryEntry

function lines(...entries: HistoryEntry[]): string[] {
  const shown = mount(CaseHistory, { props: { entries, steps: [{ key: 'check', name: '村级核实' }] as never }, global: { plugins: [i18n] } })
  return shown.findAll('li').map((line) => line.get('.what').text() + (line.find('.note').exists() ? ` ${line.get('.note').text()}` : ''))
}

describe('the history of a case', () => {
  it('shows what one clerk opened and typed in one sitting as one line', () => {
    expect(lines(entry('open', 'a'), entry('edit', 'a'), entry('edit', 'a'))).toEqual(['开办草稿'])
  })
  it('shows a later change, and another clerk’s, as lines of their own, newest first', () => {
    const received = { to_state: 'received' }
    expect(lines(entry('open', 'a'), entry('edit', 'b'), entry('receive', 'b', received), entry('edit', 'b', received), entry('edit', 'b', received))).toEqual(['修改申请内容', '已收件', '修改申请内容', '开办草稿'])
  })
  it('says which step was passed, and what was said', () => {
    expect(lines(entry('complete-step', 'a', { to_state: 'handling', step: 'check', note: '属实' }))).toEqual(['本环节已通过 村级核实：属实'])
  })
})
