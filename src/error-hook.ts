// The one place that hears of every internal error of the API and the worker: requests answered 500, failed
// attempts of jobs, and what ends a process. The log has them all, so this does nothing until you send them
// somewhere: docs/observability.md has an example.
import type { ReportError } from './lib/internal-errors.ts'

/** Is called with each internal error. It must return at once; what it throws is logged. */
export const onInternalError: ReportError = () => {}
