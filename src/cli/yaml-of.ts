import { Document, isCollection, isMap, isPair, isScalar, visit } from 'yaml'
import { plain } from './text.ts'

/** A value as YAML that a person reads: small maps, money above all, on one line. */
export const yamlOf = (value: unknown): string => {
  const document = new Document(value)
  visit(document, {
    Map: (_, node) => {
      const small = node.items.length <= 3 && node.items.every((item) => isPair(item) && !isCollection(item.value))
      if (small && isMap(node) && String(node).length < 60) node.flow = true
    },
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string') node.value = plain(node.value)
    },
  })
  return document.toString({ lineWidth: 110, flowCollectionPadding: true }).trimEnd()
}
