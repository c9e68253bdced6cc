/**
 * Where the history of a load is: each of several processes has a file of its own, orders-1.ndjson,
 * orders-2.ndjson … for orders.ndjson.
 * @param instances 1: the file itself.
 */
export function historyParts(path: string, instances: number): readonly string[] {
  if (instances === 1) return [path];
  const [, stem = path, ending = ""] = /^(.*?[^/])((?:\.[a-z]+){0,2})$/i.exec(path) ?? [];
  return Array.from({ length: instances }, (_, index) => `${stem}-${index + 1}${ending}`);
}
