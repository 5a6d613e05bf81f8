// Compares what the service sends: webhooks and callbacks. Here clients receive the request and answer it,
// so a body means what the body of a response means elsewhere.
import { type Document, methods } from '../document.ts'
import { sentItems } from '../webhooks.ts'
import { child, children, type Node, pointer, resolve } from './node.ts'
import { always, documentationRules, only, type Rule, unknownKeyRule } from './rule.ts'

/** A request that the service sends; value and place are those of the operation object. */
export interface SentRequest extends Node {
  readonly body: Node | undefined
  readonly parameters: ReadonlyMap<string, Node>
  readonly responses: ReadonlyMap<string, Node>
}

/** Returns what a contract sends, by name and method. */
export function sentBy(document: Document): Map<string, SentRequest> {
  const found = new Map<string, SentRequest>()
  for (const { name, item, at } of sentItems(document)) {
    for (const method of methods) {
      const holder: Node = { value: { ...item }, at: pointer('#', ...at) }
      const node = child(holder, method)
      if (node === undefined) continue
      const body = child(node, 'requestBody')
      const listed = [holder, node].flatMap((it) => [
        ...children(document, it, 'parameters').values(),
      ])
      found.set(`${name} ${method}`, {
        ...node,
        body: body && resolve(document, body),
        parameters: new Map(listed.map((it) => [`${it.value.in} ${it.value.name}`, it])),
        responses: children(document, node, 'responses'),
      })
    }
  }
  return found
}

export const sentRules: readonly Rule<SentRequest>[] = [
  {
    name: 'sent body added or removed',
    ...always('breaking'),
    find: (old, now) =>
      (old.body === undefined) === (now.body === undefined)
        ? []
        : [{ at: now.at, what: now.body ? 'a body is new' : 'the body is gone' }],
  },
  {
    name: 'sent parameter removed',
    ...always('breaking'),
    find: (old, now) =>
      only(old.parameters, now.parameters).map(([name, { at }]) => ({
        at,
        what: `${name} is gone`,
      })),
  },
  {
    name: 'sent parameter added',
    ...always('compatible'),
    find: (old, now) =>
      only(now.parameters, old.parameters).map(([name, { at }]) => ({
        at,
        what: `${name} is new`,
      })),
  },
  {
    name: 'accepted status removed',
    ...always('breaking'),
    find: (old, now) =>
      only(old.responses, now.responses).map(([status, { at }]) => ({
        at,
        what: `${status} is gone`,
      })),
  },
  {
    name: 'accepted status added',
    ...always('compatible'),
    find: (old, now) =>
      only(now.responses, old.responses).map(([status, { at }]) => ({
        at,
        what: `${status} is new`,
      })),
  },
  ...documentationRules('summary', 'description', 'tags', 'operationId', 'deprecated'),
  unknownKeyRule(
    ...['summary', 'description', 'tags', 'operationId', 'deprecated'],
    ...['parameters', 'requestBody', 'responses'],
  ),
]
