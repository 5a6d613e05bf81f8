// Rows: event streams.
import type { Row } from './row.ts'

export const streams: readonly Row[] = []
