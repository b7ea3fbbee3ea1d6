import { Clock, Copy, KeyRound, LockKeyhole, LockOpen, Save, Tag, X } from '@lucide/vue'
import type { useI18n } from 'vue-i18n'
import type { Environment } from '../../../../shared/model/environment.ts'
import { ENVIRONMENTS } from '../../../../shared/model/environment.ts'
import type { Source } from '../../../../shared/model/source.ts'
import type { MenuItem } from '../base/BaseMenu.vue'

export type SourceAction = 'keys' | 'clock' | 'copy' | 'copy-cookies' | 'close' | 'unlock' | 'lock' | 'save' | `label-${Environment}`

/** What can be done with an open source, as a menu. */
export function sourceActions({ lock, keyNames, target, environment }: Source, t: ReturnType<typeof useI18n>['t']): readonly MenuItem<SourceAction>[] {
  const isPasted = target.kind === 'pasted'
  return [
    ...(lock === 'locked' ? [{ id: 'unlock' as const, label: t('connections.lock.unlock'), icon: LockOpen }] : []),
    ...(lock === 'unlocked' ? [{ id: 'lock' as const, label: t('connections.lock.relock'), icon: LockKeyhole }] : []),
    { id: 'keys', label: keyNames.length === 0 ? t('sources.addKey') : t('sources.changeKey'), icon: KeyRound },
    // What was pasted has no place of its own, and is nowhere to be read again with another clock or label.
    ...(isPasted ? [{ id: 'copy-cookies' as const, label: t('sources.pasted.copy'), icon: Copy }] : [{ id: 'clock' as const, label: t('sources.changeClock'), icon: Clock }, { id: 'copy' as const, label: t('sources.copyLocation'), icon: Copy }]),
    ...(target.kind === 'url' || target.kind === 'sqlite' || target.kind === 'pair' ? [{ id: 'save' as const, label: t('connections.saveThis'), icon: Save }] : []),
    ...(isPasted ? [] : ENVIRONMENTS).filter((label) => label !== environment).map((label, index) => ({ id: `label-${label}` as const, label: t('connections.setEnvironment', { name: t(`sources.environment.${label}`) }), icon: Tag, separated: index === 0 })),
    { id: 'close', label: t('sources.closeShort'), icon: X, separated: true },
  ]
}
