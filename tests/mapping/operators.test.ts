import { describe, expect, it } from 'vitest'
import { compilePrograms, runProgram } from '../../src/mapping/compile.ts'
import { fieldNames } from '../../src/mapping/fields.ts'
import type { Example } from '../../src/mapping/grammar.ts'
import { operators } from '../../src/mapping/operators.ts'

const fileOf = ({ write, tables = {}, mappings = {} }: Example): string => {
  const indented = (text: string) =>
    text
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')
  const others = Object.entries(mappings).map(([name, text]) => `  ${name}:\n${indented(text)}`)
  return [`tables: ${JSON.stringify(tables)}`, 'mappings:', '  example:', indented(write), ...others].join('\n')
}

describe('the operator table', () => {
  it.each([...operators.values()].map((row) => [row.name, row.example] as const))(
    '%s: its example gives what the page says',
    (_, example) => {
      const { programs, faults } = compilePrograms([{ path: 'example.yaml', text: fileOf(example) }])
      expect(faults).toEqual([])
      expect(programs.map(({ program }) => runProgram(program, { payload: example.payload }))).toEqual([example.gives])
    },
  )

  it('no operator bears the name of a field, so that a map is one or the other', () => {
    expect([...operators.keys()].filter((name) => fieldNames.has(name))).toEqual([])
  })

  it("an operator's first argument bears its name, and each documents itself in a sentence", () => {
    for (const { name, args, doc } of operators.values()) {
      expect(Object.keys(args)[0]).toBe(name)
      expect(doc).toMatch(/\.$/)
    }
  })
})
