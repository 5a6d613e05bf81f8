// Rows: the document around the operations.
import type { Row } from './row.ts'

export const documents: readonly Row[] = []
