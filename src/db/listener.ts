// One connection of the process that listens to PostgreSQL's notifications. It is no part of the pool. A
// pooler may swallow notifications, so the connection proves that they arrive. Until then, callers look
// for changes every second.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { createWake, type Loop, startLoop } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'
import type { Database } from './connection.ts'
import { connectTimeoutMs } from './pool.ts'
import { type ServerConfig, serverOptions } from './server.ts'

/**
 * Called with the payload of each notification, and without one where some may have been missed: after an
 * outage, and every second while no notification can arrive.
 */
type OnChange = (payload: string | undefined) => void

/**
 * Returns the function that starts to listen; further calls have no effect.
 * @public for features
 */
export type Listen = (channel: string, onChange: OnChange) => () => void

interface Options {
  /** Sends the notifications that prove that others arrive. */
  readonly db: Database
  readonly server: ServerConfig
  readonly log: Logger
}

const pollMs = 1000
/** How long a notification may take, in milliseconds. */
const arrivalMs = 1000
/** How often the connection is checked, in milliseconds. */
const checkMs = 15_000
const messages = {
  outage: 'notifications of the database are not received, which is tried again',
  recovery: 'notifications of the database are received again',
}

/** Creates the listener of one channel, which connects when it starts. */
export function createListener({ db, server, log }: Options) {
  const probe = `probe_${randomUUID().replaceAll('-', '')}`
  const wake = createWake()
  let client: pg.Client | undefined
  let isReceiving = false
  let isExplained = false
  let arrived: (received: true) => void = () => {}
  let loop: Loop | undefined
  let polling: NodeJS.Timeout | undefined

  async function connect(channel: string, onChange: OnChange): Promise<pg.Client> {
    const opened = new pg.Client({
      ...serverOptions(server),
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      keepAlive: true,
    })
    const lose = () => {
      if (client !== opened) return
      client = undefined
      isReceiving = false
      wake.call()
    }
    opened.on('error', lose).on('end', lose)
    opened.on('notification', (it) => (it.channel === probe ? arrived(true) : onChange(it.payload)))
    await opened.connect()
    await opened.query(`listen ${channel}; listen ${probe}`)
    return opened
  }

  /** Returns whether a notification that another connection sends arrives. */
  async function receives(): Promise<boolean> {
    const arrival = new Promise<true>((resolve) => {
      arrived = resolve
    })
    await db.raw('select pg_notify(?, ?)', [probe, ''])
    return Promise.race([arrival, wait(arrivalMs, false)])
  }

  async function disconnect() {
    const closing = client
    client = undefined
    isReceiving = false
    await closing?.end()
  }

  async function check(channel: string, onChange: OnChange): Promise<number> {
    try {
      client ??= await connect(channel, onChange)
      const wasReceiving = isReceiving
      isReceiving = await receives()
      if (isReceiving && !wasReceiving) onChange(undefined)
      if (isReceiving) return checkMs
    } catch (error) {
      await disconnect()
      throw error
    }
    if (!isExplained) log.warn('no notification arrives: a pooler needs DATABASE_LISTEN_URL')
    isExplained = true
    await disconnect()
    return checkMs
  }

  const listen: Listen = (channel, onChange) => () => {
    if (loop !== undefined) return
    loop = startLoop({
      work: () => check(channel, onChange),
      wake,
      outageMs: pollMs,
      log,
      messages,
    })
    polling = setInterval(() => isReceiving || onChange(undefined), pollMs)
  }

  return {
    listen,

    async close() {
      clearInterval(polling)
      await loop?.stop()
      await disconnect()
    },
  }
}
