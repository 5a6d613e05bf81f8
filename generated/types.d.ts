// Written by `npm run codegen` from openapi/; edit the contract, not this file.
import type { CallerBy, CallerId, EventStream, MediaTypeIn, Owner, Principal, RawBody, RawHeaders, StatusIn } from '../src/engine/types.ts'
import type { components, operations, webhooks } from './openapi.d.ts'

export type Schemas = components['schemas']

export interface GetHealth {
  readonly method: 'get'
  readonly params: {}
  readonly query: {}
  readonly headers: { readonly 'if-none-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['Health'] }
  readonly current: Schemas['Health']
  readonly cached: false
  readonly idempotent: false
}

export interface Login {
  readonly method: 'post'
  readonly params: {}
  readonly query: {}
  readonly headers: { readonly 'user-agent'?: string; readonly 'sec-fetch-site'?: string }
  readonly cookies: {}
  readonly body: Schemas['LoginRequest']
  readonly sent: { readonly bodyType: 'application/x-www-form-urlencoded'; readonly body: Schemas['LoginRequest'] } | { readonly bodyType: 'application/json'; readonly body: Schemas['LoginRequest'] }
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly 'Set-Cookie'?: string | readonly string[] }; readonly body: Schemas['Token'] }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface RefreshToken {
  readonly method: 'post'
  readonly params: {}
  readonly query: {}
  readonly headers: {}
  readonly cookies: { readonly refresh_token?: string }
  readonly body: Schemas['RefreshRequest'] | undefined
  readonly sent: { readonly bodyType: 'application/json'; readonly body: Schemas['RefreshRequest'] } | { readonly bodyType: 'application/x-www-form-urlencoded'; readonly body: Schemas['RefreshRequest'] } | { readonly bodyType: undefined; readonly body: undefined }
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly 'Set-Cookie'?: string | readonly string[] }; readonly body: Schemas['Token'] }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface Logout {
  readonly method: 'post'
  readonly params: {}
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 204; readonly headers?: { readonly 'Set-Cookie'?: string | readonly string[] } }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface ListUsers {
  readonly method: 'get'
  readonly params: {}
  readonly query: { readonly q?: string; readonly sort?: 'createdAt' | '-createdAt' | 'name' | '-name'; readonly limit: number; readonly cursor?: string }
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly Link?: string }; readonly body: Schemas['UserPage'] }
  readonly current: Schemas['UserPage']
  readonly cached: true
  readonly idempotent: false
}

export interface CreateUser {
  readonly method: 'post'
  readonly params: {}
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: Schemas['UserCreate']
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 201; readonly headers: { readonly Location: string }; readonly body: Schemas['User'] }
  readonly current: Schemas['UserPage']
  readonly cached: false
  readonly idempotent: false
}

export interface GetCurrentUser {
  readonly method: 'get'
  readonly params: {}
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: CallerId
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['User'] }
  readonly current: Schemas['User']
  readonly cached: true
  readonly idempotent: false
}

export interface UpdateCurrentUser {
  readonly method: 'patch'
  readonly params: {}
  readonly query: {}
  readonly headers: { readonly 'if-match'?: string }
  readonly cookies: {}
  readonly body: Schemas['UserUpdate']
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 200; readonly body: Schemas['User'] }
  readonly current: Schemas['User']
  readonly cached: false
  readonly idempotent: false
}

export interface DeleteCurrentUser {
  readonly method: 'delete'
  readonly params: {}
  readonly query: {}
  readonly headers: { readonly 'if-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 204; readonly headers?: { readonly 'Set-Cookie'?: string | readonly string[] } }
  readonly current: Schemas['User']
  readonly cached: false
  readonly idempotent: false
}

export interface ChangePassword {
  readonly method: 'put'
  readonly params: {}
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: Schemas['PasswordChange']
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 204; readonly headers?: { readonly 'Set-Cookie'?: string | readonly string[] } }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface ListSessions {
  readonly method: 'get'
  readonly params: {}
  readonly query: { readonly limit: number; readonly cursor?: string }
  readonly headers: { readonly 'if-none-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly Link?: string }; readonly body: Schemas['SessionPage'] }
  readonly current: Schemas['SessionPage']
  readonly cached: false
  readonly idempotent: false
}

export interface DeleteSession {
  readonly method: 'delete'
  readonly params: { readonly sessionId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 204 }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface GetUser {
  readonly method: 'get'
  readonly params: { readonly username: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['PublicUser'] }
  readonly current: Schemas['PublicUser']
  readonly cached: true
  readonly idempotent: false
}

export interface UpdateUser {
  readonly method: 'patch'
  readonly params: { readonly username: string }
  readonly query: {}
  readonly headers: { readonly 'if-match'?: string }
  readonly cookies: {}
  readonly body: Schemas['UserUpdate']
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 200; readonly body: Schemas['User'] }
  readonly current: Schemas['PublicUser']
  readonly cached: false
  readonly idempotent: false
}

export interface DeleteUser {
  readonly method: 'delete'
  readonly params: { readonly username: string }
  readonly query: {}
  readonly headers: { readonly 'if-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 204 }
  readonly current: Schemas['PublicUser']
  readonly cached: false
  readonly idempotent: false
}

export interface ListPosts {
  readonly method: 'get'
  readonly params: { readonly username: string }
  readonly query: { readonly q?: string; readonly sort?: 'createdAt' | '-createdAt' | 'title' | '-title'; readonly limit: number; readonly cursor?: string }
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly Link?: string }; readonly body: Schemas['PostPage'] }
  readonly current: Schemas['PostPage']
  readonly cached: true
  readonly idempotent: false
}

export interface CreatePost {
  readonly method: 'post'
  readonly params: { readonly username: string }
  readonly query: {}
  readonly headers: { readonly 'idempotency-key'?: string }
  readonly cookies: {}
  readonly body: Schemas['PostCreate']
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 201; readonly headers: { readonly Location: string }; readonly body: Schemas['Post'] }
  readonly current: Schemas['PostPage']
  readonly cached: false
  readonly idempotent: true
}

export interface GetPost {
  readonly method: 'get'
  readonly params: { readonly username: string; readonly postId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: null
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['Post'] }
  readonly current: Schemas['Post']
  readonly cached: true
  readonly idempotent: false
}

export interface UpdatePost {
  readonly method: 'patch'
  readonly params: { readonly username: string; readonly postId: string }
  readonly query: {}
  readonly headers: { readonly 'if-match'?: string }
  readonly cookies: {}
  readonly body: Schemas['PostUpdate']
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 200; readonly body: Schemas['Post'] }
  readonly current: Schemas['Post']
  readonly cached: false
  readonly idempotent: false
}

export interface DeletePost {
  readonly method: 'delete'
  readonly params: { readonly username: string; readonly postId: string }
  readonly query: {}
  readonly headers: { readonly 'if-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: Owner<'username'>
  readonly success: { readonly status: 204 }
  readonly current: Schemas['Post']
  readonly cached: false
  readonly idempotent: false
}

export interface ListAllUsers {
  readonly method: 'get'
  readonly params: {}
  readonly query: { readonly status?: Exclude<NonNullable<operations['listAllUsers']['parameters']['query']>['status'], undefined>; readonly q?: string; readonly sort?: 'createdAt' | '-createdAt' | 'deletedAt' | '-deletedAt'; readonly limit: number; readonly cursor?: string }
  readonly headers: { readonly 'if-none-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly Link?: string }; readonly body: Schemas['AnyUserPage'] }
  readonly current: Schemas['AnyUserPage']
  readonly cached: false
  readonly idempotent: false
}

export interface EraseUser {
  readonly method: 'delete'
  readonly params: { readonly userId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 204 }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface ErasePost {
  readonly method: 'delete'
  readonly params: { readonly postId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 204 }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface RetryTask {
  readonly method: 'post'
  readonly params: { readonly taskId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['Task'] }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface ListTasks {
  readonly method: 'get'
  readonly params: {}
  readonly query: { readonly status?: Exclude<NonNullable<operations['listTasks']['parameters']['query']>['status'], undefined>; readonly type?: 'greet'; readonly limit: number; readonly cursor?: string }
  readonly headers: { readonly 'if-none-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly headers?: { readonly Link?: string }; readonly body: Schemas['TaskPage'] }
  readonly current: Schemas['TaskPage']
  readonly cached: false
  readonly idempotent: false
}

export interface CreateTask {
  readonly method: 'post'
  readonly params: {}
  readonly query: {}
  readonly headers: { readonly 'idempotency-key'?: string }
  readonly cookies: {}
  readonly body: Schemas['TaskCreate']
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 202; readonly headers: { readonly Location: string }; readonly body: Schemas['Task'] }
  readonly current: Schemas['TaskPage']
  readonly cached: false
  readonly idempotent: true
}

export interface GetTask {
  readonly method: 'get'
  readonly params: { readonly taskId: string }
  readonly query: {}
  readonly headers: { readonly 'if-none-match'?: string }
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['Task'] }
  readonly current: Schemas['Task']
  readonly cached: false
  readonly idempotent: false
}

export interface GetTaskEvents {
  readonly method: 'get'
  readonly params: { readonly taskId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: EventStream<Schemas['Task']> } | { readonly status: 204 }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

export interface CancelTask {
  readonly method: 'post'
  readonly params: { readonly taskId: string }
  readonly query: {}
  readonly headers: {}
  readonly cookies: {}
  readonly body: undefined
  readonly principal: Principal
  readonly owner: undefined
  readonly success: { readonly status: 200; readonly body: Schemas['Task'] }
  readonly current: never
  readonly cached: false
  readonly idempotent: false
}

/** What an `errorBody` of the engine may return. */
export type ErrorBody = never

export interface Operations {
  readonly getHealth: GetHealth
  readonly login: Login
  readonly refreshToken: RefreshToken
  readonly logout: Logout
  readonly listUsers: ListUsers
  readonly createUser: CreateUser
  readonly getCurrentUser: GetCurrentUser
  readonly updateCurrentUser: UpdateCurrentUser
  readonly deleteCurrentUser: DeleteCurrentUser
  readonly changePassword: ChangePassword
  readonly listSessions: ListSessions
  readonly deleteSession: DeleteSession
  readonly getUser: GetUser
  readonly updateUser: UpdateUser
  readonly deleteUser: DeleteUser
  readonly listPosts: ListPosts
  readonly createPost: CreatePost
  readonly getPost: GetPost
  readonly updatePost: UpdatePost
  readonly deletePost: DeletePost
  readonly listAllUsers: ListAllUsers
  readonly eraseUser: EraseUser
  readonly erasePost: ErasePost
  readonly retryTask: RetryTask
  readonly listTasks: ListTasks
  readonly createTask: CreateTask
  readonly getTask: GetTask
  readonly getTaskEvents: GetTaskEvents
  readonly cancelTask: CancelTask
}

/** What the service sends: webhooks by name, callbacks by operation and name. */
export interface Webhooks {
}
