/** Text that steers a terminal, hides, or reorders what stands beside it. */
export const hostile = [
  "\u001b[2J\u001b]0;title\u0007",
  "a\r\nInjected: line\n\t✔ forged",
  "\u0000\u0008\u007f",
  "\u009b31m\u0085",
  "\u202egnp.exe\u2066\u200f",
  "a\u200bb\u200d\ufeff\u2060\u00ad\u3164\u{e0041}",
  "a\u2028b\u2029c",
  "\ud83d lone \udc00",
  `z${"\u0301".repeat(40)}`,
] as const;

/** What none of them may leave behind in anything that a person sees. */
export const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u3164]|\p{M}{5}/u;
