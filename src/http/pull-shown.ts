import { Id, Instant } from '../canonical/basics.ts'
import { Closed, type Static, Type, Word } from '../kernel/schema.ts'
import { differenceKinds, type Findings, type Pull, pullKinds } from '../store/rows.ts'
import { work, workShown } from './shapes.ts'

const Figures = Closed({
  held: Type.Integer({ description: 'Of what is listed.' }),
  missing: Type.Integer(),
  stale: Type.Integer({ description: 'Held at an older version.' }),
  differing: Type.Integer({ description: 'Held at the same version with another total.' }),
  surplus: Type.Integer({ description: 'Held, and the channel has it no more.' }),
  underWay: Type.Integer({ description: 'Changed so lately that their message may be on the way.' }),
  unasked: Type.Integer({
    description:
      'Held and not listed in that time, and not asked for one by one: there are too many, or it cannot be asked.',
  }),
  cured: Type.Integer({ description: 'Fetched since, and held now.' }),
  longestMissingSeconds: Type.Integer({
    description: 'How long ago the channel says that the oldest missing one changed.',
  }),
  digests: Closed(
    { listed: Type.String(), held: Type.String() },
    { description: 'Over what is listed and over what is held of it: equal where nothing differs.' },
  ),
})

const DifferenceShown = Closed({
  kind: Word(differenceKinds),
  order: Type.String({ description: "The channel's id of it." }),
  part: Type.Optional(Type.String()),
  rank: Type.Optional(Type.Integer({ description: 'The version that is listed.' })),
  listed: Type.Optional(Type.String()),
  held: Type.Optional(Type.String()),
  sinceSeconds: Type.Integer(),
})

/** Asking a channel for its orders, and how far that has come. */
export const PullShown = Closed({
  ...work,
  kind: Word(pullKinds, 'news: for ever, what changed; backfill: once, what was placed; reconcile: a certificate.'),
  list: Type.Optional(Type.String({ description: 'Which of its lists.' })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  cure: Type.Optional(Type.Boolean()),
  upTo: Type.Optional(Instant),
  madeAt: Instant,
  doneAt: Type.Optional(Instant),
  pages: Type.Integer(),
  listed: Type.Integer({ description: 'Orders, or parts of them, that the channel listed.' }),
  kept: Type.Integer({ description: 'Of them, what was not kept before.' }),
  skewSeconds: Type.Optional(Type.Integer({ description: "By which the channel's clock is ahead of ours." })),
  findings: Type.Optional(
    Closed({
      ...Figures.properties,
      complete: Type.Boolean({ description: 'Nothing is missing, stale, differing or surplus that was not cured.' }),
      differences: Type.Array(DifferenceShown, { description: 'The first 1,000 of them.' }),
    }),
  ),
})
export type PullShown = Static<typeof PullShown>

export const pullShown = (row: Pull): PullShown => {
  const { kind, list, from, to, cure, upTo, madeAt, doneAt, pages, listed, kept, skewSeconds, findings } = row
  return {
    ...workShown(row),
    kind,
    ...(list === undefined ? {} : { list }),
    ...instants({ from, to, upTo, doneAt }),
    ...(cure === undefined ? {} : { cure }),
    madeAt: madeAt.toISOString(),
    pages,
    listed,
    kept,
    ...(skewSeconds === undefined ? {} : { skewSeconds }),
    ...(findings === undefined
      ? {}
      : {
          findings: { ...findings, complete: differencesLeft(findings) === 0, differences: [...findings.differences] },
        }),
  }
}

/** What was found and not cured. */
export const differencesLeft = ({ missing, stale, differing, surplus, cured }: Findings): number =>
  missing + stale + differing + surplus - cured

/** What a connection shows of its last certificate. */
export const CertificateShown = Closed(
  {
    id: Id,
    at: Instant,
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    complete: Type.Boolean(),
    listed: Type.Integer(),
    differences: Type.Integer({ description: 'Found, and not cured.' }),
  },
  { description: 'The last certificate that nothing is missing; GET /v1/pulls/:id has the whole of it.' },
)

export const certificateShown = (row: Pull | null): Static<typeof CertificateShown> | undefined => {
  if (row?.findings === undefined || row.doneAt === undefined) return undefined
  const left = differencesLeft(row.findings)
  const { from, to, doneAt: at } = row
  return {
    id: row._id,
    at: at.toISOString(),
    ...instants({ from, to }),
    complete: left === 0,
    listed: row.listed,
    differences: left,
  }
}

/** What a connection shows of its news. */
export const NewsShown = Closed({
  list: Type.String(),
  upTo: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'All that changed before is kept.' })),
  dueAt: Type.Optional(Instant),
  skewSeconds: Type.Optional(Type.Integer()),
  error: work.error,
})

export const newsShown = (row: Pull): Static<typeof NewsShown> => {
  const { list = '', upTo, skewSeconds } = row
  const { dueAt, error } = workShown(row)
  return {
    list,
    ...instants({ upTo }),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(skewSeconds === undefined ? {} : { skewSeconds }),
    ...(error === undefined ? {} : { error }),
  }
}

const instants = <N extends string>(times: Readonly<Record<N, Date | undefined>>): Partial<Record<N, string>> => {
  const said: Partial<Record<N, string>> = {}
  for (const name in times) {
    const time = times[name]
    if (time !== undefined) said[name] = time.toISOString()
  }
  return said
}
