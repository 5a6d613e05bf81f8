// The settings of a developer's machine, which the service itself does not read.
import { type Environment, Reader, readConfig } from '../../src/config/config.ts'

export type DevelopmentConfig = ReturnType<typeof readDevelopmentConfig>

/**
 * Returns the configuration of the service, and where the launcher keeps data and runs the mock.
 * @throws ConfigError that lists all errors at once.
 */
export function loadDevelopmentConfig(env: Environment): DevelopmentConfig {
  const read = new Reader(env)
  const config = readDevelopmentConfig(read)
  read.check()
  return config
}

/** Reads the same; the reader notes what is invalid. */
export function readDevelopmentConfig(read: Reader) {
  const config = readConfig(read)
  const development = {
    mockPort: read.port('MOCK_PORT', 4010),
    dataDir: read.text('DATA_DIR', '.data'),
  }
  return { ...config, development }
}
