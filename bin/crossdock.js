#!/usr/bin/env node
// Plain JavaScript on purpose: any Node must be able to read this file, to say what to do where it is too old for the rest.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const needed = 26
const here = fileURLToPath(import.meta.url)
const checkout = fileURLToPath(new URL('..', import.meta.url))

const say = (sentence) => process.stderr.write(`crossdock: ${sentence}\n`)

/** The Node that `npm ci` puts into the checkout; undefined where it did not. */
const ownNode = () => {
  const found = ['node', 'node.exe']
    .map((name) => `${checkout}node_modules/node/bin/${name}`)
    .find((path) => existsSync(path))
  return found !== undefined && realpathSync(found) !== realpathSync(process.execPath) ? found : undefined
}

const run = async () => {
  try {
    const { main } = await import('../src/main.ts')
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || existsSync(`${checkout}node_modules/fastify`)) throw error
    say(`the packages it needs are not installed: run "npm ci" in ${checkout} first`)
    process.exitCode = 1
  }
}

const runUnder = (node) => {
  const child = spawn(node, [...process.execArgv, here, ...process.argv.slice(2)], { stdio: 'inherit' })
  // From a terminal the whole group gets an interrupt, and one sent on besides would count as a second.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    say(`${node} cannot be started (${error.message}): run "npm ci" in ${checkout}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

const node = ownNode()
if (Number.parseInt(process.versions.node, 10) >= needed) await run()
else if (node === undefined) {
  say(
    `Node ${needed} or newer is needed and this is ${process.versions.node}: run "npm ci" in ${checkout}, which brings its own`,
  )
  process.exitCode = 1
} else runUnder(node)
