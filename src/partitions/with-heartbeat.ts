/** Also how soon a member learns that another joins or leaves; well below the session timeout. */
export const heartbeatEveryMs = 300;

/** Stays in the group while waiting for `work`; rejects as soon as a heartbeat fails: kafkajs must learn it. */
export async function withHeartbeat(
  heartbeat: () => Promise<void>,
  work: Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expelled = new Promise<never>((_, reject) => {
    timer = setInterval(() => void heartbeat().catch(reject), heartbeatEveryMs);
  });
  try {
    await Promise.race([work, expelled]);
  } finally {
    clearInterval(timer);
  }
}
