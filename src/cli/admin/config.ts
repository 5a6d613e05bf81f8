// Checks the configuration without starting anything.
import { loadConfig, readEnvironment } from '../../config/config.ts'
import { UsageError } from '../command-line.ts'

/** Runs `config:check`. @throws ConfigError that lists all errors. */
export async function checkConfig([superfluous]: readonly string[]): Promise<readonly string[]> {
  if (superfluous !== undefined) throw new UsageError(`unexpected argument ${superfluous}`)
  const { environment } = loadConfig(readEnvironment())
  return [`the configuration is valid, ENVIRONMENT=${environment}`]
}
