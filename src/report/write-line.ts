/** Waits for a slow reader, so that an endless output never piles up in memory; not for one that is gone. */
export function writeLine(stream: NodeJS.WriteStream, line: string): Promise<void> {
  if (stream.write(`${line}\n`)) return Promise.resolve();
  return new Promise((resolve) => {
    const go = () => {
      for (const event of events) stream.off(event, go);
      resolve();
    };
    for (const event of events) stream.once(event, go);
  });
}

const events = ["drain", "error", "close"] as const;
