// A store that all tabs of an origin share. With IndexedDB a tab sees at once what another tab has saved;
// with localStorage it may not.
import type { TokenStore, Tokens } from 'contract-first-api-client'

export const sharedTokens: TokenStore = {
  load: async () => (await inStore<Tokens>('readonly', (store) => store.get('tokens'))) ?? {},
  save: async (tokens) => {
    await inStore('readwrite', (store) => store.put(tokens, 'tokens'))
  },
}

async function inStore<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest,
): Promise<T> {
  const opening = indexedDB.open('login', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('login')
  const database = await resultOf<IDBDatabase>(opening)
  const transaction = database.transaction('login', mode)
  const result = await resultOf<T>(run(transaction.objectStore('login')))
  if (mode === 'readwrite') await done(transaction)
  database.close()
  return result
}

function resultOf<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onerror = () => reject(transaction.error)
  })
}
