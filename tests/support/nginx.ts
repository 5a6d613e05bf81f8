// A real nginx between a test and the service.
import { type Program, startProgram } from './program.ts'

export interface NginxConfig {
  /** The content of the `server` block: locations, gzip, headers. */
  readonly server: string
  /** More content of the `http` block: upstreams, maps, other servers. */
  readonly http?: string
}

export interface Nginx extends Program {
  readonly url: string
}

/** Starts nginx on a free port of 127.0.0.1, as root or as another user. */
export async function startNginx({ server, http = '' }: NginxConfig): Promise<Nginx> {
  const program = await startProgram('nginx', (folder, port) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (it) => `${it}_temp_path ${folder}/${it};`,
    )
    const config = `
      daemon off;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      worker_processes 1;
      pid ${folder}/nginx.pid;
      error_log stderr notice;
      events { worker_connections 1024; }
      http {
        access_log off;
        ${temporary.join('\n')}
        ${http}
        server {
          listen 127.0.0.1:${port};
          ${server}
        }
      }
    `
    return {
      files: { 'nginx.conf': config },
      args: ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr'],
    }
  })
  return { ...program, url: `http://127.0.0.1:${program.port}` }
}
