const unknown = "—";

/** A sum of which a part is not known is "≥ N". */
export function sumCell(sum: number | null, known: number, lost: number): string {
  const text = sum !== null ? String(sum) : known > 0 ? `≥ ${known}` : unknown;
  return lost > 0 ? `${text} (${lost} lost)` : text;
}
