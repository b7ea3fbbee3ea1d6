import type { StoreClock } from '../../../../shared/model/store.ts'

/** `assume`: Django's default, said to be assumed. `utc`: USE_TZ is True. `local`: USE_TZ is False. */
export type ClockChoice = 'assume' | 'utc' | 'local'

export function toClock(choice: ClockChoice, timeZone: string): Omit<StoreClock, 'origin'> | undefined {
  if (choice === 'assume') return undefined
  return { useTz: choice === 'utc', timeZone: choice === 'utc' ? 'UTC' : timeZone.trim() }
}

export function toClockChoice(clock: StoreClock): ClockChoice {
  if (clock.origin === 'assumed') return 'assume'
  return clock.useTz ? 'utc' : 'local'
}
