/** A JSON string, or a JSON number. */
const literals = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const whole = /^-?\d{16,}$/;

/**
 * Parses JSON; whole numbers beyond 2^53 come as text, for they would lose digits: ids are often such.
 * @throws SyntaxError when it is no JSON.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(/\d{16}/.test(text) ? withTextForLarge(text) : text);
}

function withTextForLarge(text: string): string {
  return text.replace(literals, (literal) =>
    whole.test(literal) && !Number.isSafeInteger(Number(literal)) ? `"${literal}"` : literal,
  );
}
