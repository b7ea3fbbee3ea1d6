import type { DataNode } from '../../../../shared/values/node.ts'
import { dict, text } from './foreign-format.ts'

const MARK = '__json_message'

/** django/contrib/messages/storage/cookie.py, `MessageEncoder`: `["__json_message", is_safe, level, text, extra_tags?]`, nested or flat. null: no messages. */
export function readMessages(node: DataNode): DataNode | null {
  if (node.kind !== 'list') return null
  const messages: DataNode[] = []
  for (const item of node.items) {
    const message = readMessage(item)
    if (message !== null) messages.push(message)
    // The last item tells that older ones did not fit into the cookie.
    else if (item.kind !== 'str' || item.value !== '__messagesnotfinished__') return null
  }
  return messages.length === 0 ? null : { kind: 'list', items: messages }
}

function readMessage(item: DataNode): DataNode | null {
  if (item.kind !== 'list') return null
  const [mark, , level, message, tags] = item.items
  if (mark?.kind !== 'str' || mark.value !== MARK || level === undefined || message === undefined) return null
  return dict({ level, message, extra_tags: tags ?? text('') })
}
