/**
 * Text from elsewhere (a customer id, a header, a log line, a server's message) as a person may see it:
 * it can neither steer a terminal or page, nor hide or reorder what stands beside it. This is the one
 * place that says what is dangerous:
 * - control characters, of both sets (Cc);
 * - what is invisible or changes the direction: format characters, fillers, zero-width ones (Cf, DI),
 *   but for the sign that asks for an emoji's coloured form, behind one;
 * - separators that some programs take for line ends (Zl, Zp);
 * - halves of a character (Cs);
 * - marks piled on one character, from the fifth on, and marks that would sit on a blank or a frame.
 */
const dangerous =
  /(?!(?<=\p{Emoji})[\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?<=\p{M}{4})\p{M}|(?<![\p{L}\p{N}\p{S}\p{M}])\p{M}/gu;

const plain = /^[ -~]*$/;

/** One line: line breaks and tabs are shown, too. */
export function shown(text: string): string {
  return plain.test(text) ? text : text.replace(dangerous, visible);
}

/** What our painter writes, and nothing else: it changes how text looks, not where it stands. */
const style = "\\u001b\\[(?:0|1|2|31|32|33)m";
const lineOrStyle = new RegExp(`(\\n|${style})`, "u");

/**
 * Text of several lines, for the edge at which it is written: our own line breaks and colours stay.
 * Renderers show each part from elsewhere themselves, since here its line breaks would look like ours.
 */
export function shownLines(text: string): string {
  if (plain.test(text)) return text;
  return text
    .split(lineOrStyle)
    .map((part, index) => (index % 2 === 0 ? shown(part) : part))
    .join("");
}

/** The same for text in which we use no colours: one in it is from elsewhere. */
export function shownPlainLines(text: string): string {
  return text.split("\n").map(shown).join("\n");
}

/** JSON that is as safe to print, and means the same: escapes that every parser reads. */
export function shownJson(value: unknown, indent?: number): string {
  return safeJson(JSON.stringify(value, undefined, indent));
}

/** The same for JSON that was made elsewhere. */
export function safeJson(json: string): string {
  return json.replace(dangerous, (char) => (/[\n\t ]/.test(char) ? char : units(char)));
}

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

/** JSON knows only escapes of UTF-16 units. */
function units(char: string): string {
  return Array.from({ length: char.length }, (_, at) => {
    return `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }).join("");
}
