import type { Post } from './webhooks.ts'

/** Posts a few webhooks one after the other, where nothing is measured by it. @throws Error one was not answered 200 */
export const sendAll = async (port: number, posts: readonly Post[]): Promise<void> => {
  for (const { headers, body } of posts) {
    const address = `http://127.0.0.1:${port}/webhooks/bench`
    const { status } = await fetch(address, { method: 'POST', headers, body: new Uint8Array(body) })
    if (status !== 200) throw new Error(`a webhook was answered ${status}`)
  }
}
