/** What a user with few rights does not see, and how that is cured. */
export function hiddenRemark(count: number, noun: "session" | "statement"): string {
  const things =
    count === 1 ? `1 ${noun} of another user is` : `${count} ${noun}s of other users are`;
  return `${things} hidden from this one: GRANT pg_monitor TO <user> shows state and text.`;
}
