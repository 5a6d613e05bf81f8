// The names that this service goes by where no variable sets another one.

/** The private database of `npm run dev`, and the prefix of all keys in Redis. */
export const databaseName = 'app'
/** The issuer and the audience of the tokens. */
export const tokenIssuer = 'contract-first-api'
