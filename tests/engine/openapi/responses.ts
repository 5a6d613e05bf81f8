// Rows: statuses, media types and headers of responses.
import type { Row } from './row.ts'

export const responses: readonly Row[] = []
