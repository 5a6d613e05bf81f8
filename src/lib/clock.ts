// The time, as a dependency: whatever reads it takes a clock, so that a test can move it.

export type Clock = () => Date

export const systemClock: Clock = () => new Date()

/** A moment in UTC with milliseconds, as `toISOString` writes it: in rows and in the contract alike. */
export type Timestamp = string
