// What the start says of an environment that is invalid.
import { ConfigError, type Environment, loadConfig } from '../../src/config/config.ts'

/** Returns the errors of an environment; none if it is valid. */
export function errorsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.errors
    throw error
  }
}
