// Rows: servers and base paths.
import type { Row } from './row.ts'

export const servers: readonly Row[] = []
