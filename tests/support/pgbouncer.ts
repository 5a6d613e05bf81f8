// A real PgBouncer in front of PostgreSQL, by default in transaction mode.
import { type Program, startProgram } from './program.ts'

export interface PgBouncer extends Program {
  /** The URL of the database through PgBouncer. */
  readonly url: string
}

/** Starts PgBouncer on a free port of 127.0.0.1; `settings` go to its `[pgbouncer]` section. */
export async function startPgBouncer(
  databaseUrl: string,
  settings: Record<string, string | number> = {},
): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl)
  const program = await startProgram('pgbouncer', (folder, port) => {
    const all = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      pool_mode: 'transaction',
      auth_type: 'scram-sha-256',
      auth_file: `${folder}/users.txt`,
      ...settings,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`)
    const server = `* = host=${hostname} port=${serverPort || 5432}`
    return {
      files: {
        'pgbouncer.ini': ['[databases]', server, '[pgbouncer]', ...lines, ''].join('\n'),
        'users.txt': `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`,
      },
      // PgBouncer does not run as root.
      args: [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), 'pgbouncer.ini'],
    }
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${program.port}`
  return { ...program, url: url.href }
}
