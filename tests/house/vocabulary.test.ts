import { describe, expect, it } from 'vitest'
import { files, importsOf, textOf } from './tree.ts'

const code = files('*.ts', '*.js').filter((path) => !path.startsWith('node_modules/'))
const product = code.filter((path) => /^(src|workers|connectors|config)\//.test(path))

/** Who may leave tests out, and why; one that leaves none out any more does not belong here. */
const maySkip: Readonly<Record<string, string>> = {
  'tests/kit/engines.ts': 'a machine without a server runs the rest; the end of the run says what did not run',
}

/** The queue of a cloud whose maker has a marketplace too. */
const cloud = /amazonaws|aws\.amazon|amazonsqs/g

describe('the vocabulary', () => {
  it('the core names no channel', () => {
    const channels = [...new Set(files('connectors/*/index.ts').map((path) => path.split('/')[1] ?? ''))].filter(
      (id) => id !== 'direct',
    )
    const named = files('src', 'workers', 'config/*.ts')
      .filter((path) => !path.startsWith('src/console/'))
      .filter((path) =>
        channels.some((id) =>
          textOf(path)
            .toLowerCase()
            .replace(cloud, '')
            .includes(id.split('-')[0] ?? id),
        ),
      )
    expect(named).toEqual([])
  })

  it('no file is above 300 lines', () => {
    expect(code.filter((path) => textOf(path).split('\n').length > 301)).toEqual([])
  })

  it('nothing is called by a pattern, and no file is a drawer', () => {
    const names = /(manager|helper|util|service|handler|processor)s?\.ts$/
    expect(product.filter((path) => names.test(path))).toEqual([])
  })

  it('there are no default exports, enums, any, or comments that put work off', () => {
    const loose =
      /^export default|^\s*(export )?(const )?enum |\bas any\b|:\s*any\b(?! other)|@ts-(ignore|nocheck|expect-error)|\b(TODO|FIXME)\b/m
    expect(product.filter((path) => loose.test(textOf(path)))).toEqual([])
  })

  it('no import is for its side effect alone', () => {
    expect(product.filter((path) => /^import '/m.test(textOf(path)))).toEqual([])
  })

  it('tests neither skip, wait, nor snapshot', () => {
    const weak = /\b(it|test|describe)\.(skip|todo|only)\b|expect\(true\)|toMatchSnapshot|toMatchInlineSnapshot/
    const weakOnes = code.filter(
      (path) => path.startsWith('tests/') && path !== 'tests/house/vocabulary.test.ts' && weak.test(textOf(path)),
    )
    expect(weakOnes).toEqual(Object.keys(maySkip))
  })

  it('nobody imports a package that the manifest does not name', () => {
    const manifest = JSON.parse(textOf('package.json'))
    const known = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)])
    const packages = code
      .flatMap(importsOf)
      .map(({ to }) => to)
      .filter(
        (to) => !/^(node:|src|connectors|workers|config|tests|bin|\.)/.test(to) && !/^[a-z-]+\.(ts|json)$/.test(to),
      )
    const foreign = packages.map((to) =>
      to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? to),
    )
    expect([...new Set(foreign)].filter((name) => !known.has(name))).toEqual([])
  })

  it('nothing names a path of a machine', () => {
    const everything = files().filter(
      (path) => !/package-lock|^\.ci\//.test(path) && path !== 'tests/house/vocabulary.test.ts',
    )
    expect(everything.filter((path) => /(^|[\s'"`(])\/(work|farm|root)\//m.test(textOf(path)))).toEqual([])
  })
})
