/** What a piece of work gives, or what it throws. */
export const outcomeOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}
