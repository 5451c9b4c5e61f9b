// Preloaded (`node --import`) into a process whose wall clock is to jump: on SIGUSR2 it reads the file named by CLOCK_SHIFT_FILE,
// milliseconds in text, and from then on every Date is off by so much. Timers go on as they did, as after a real jump.
import { readFileSync } from 'node:fs'

const file = process.env['CLOCK_SHIFT_FILE'] ?? ''
const TrueDate = Date
let shift = 0

const read = (): void => {
  shift = Number(readFileSync(file, 'utf8'))
}

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, made) =>
    Reflect.construct(
      target,
      args.length === 0 ? [target.now() + shift] : args,
      made === globalThis.Date ? target : made,
    ),
  apply: (target) => new target(target.now() + shift).toString(),
  get: (target, name) => (name === 'now' ? () => target.now() + shift : Reflect.get(target, name)),
})

process.on('SIGUSR2', read)
read()
