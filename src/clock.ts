// The time, as a dependency: whatever reads it takes a clock, so that a test can move it.

export type Clock = () => Date

export const systemClock: Clock = () => new Date()
