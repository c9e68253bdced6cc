/** What a text of a person was read as, or the form that it should have had. */
export type Checked<T> = { readonly value: T } | { readonly expected: string };
