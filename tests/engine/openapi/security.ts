// Rows: security schemes and requirements.
import type { Row } from './row.ts'

export const security: readonly Row[] = []
