import type { Admin, Kafka } from "kafkajs";
import { type Patience, patienceOf, untilPassed } from "./patience.ts";

/**
 * Runs `work` with a connected admin client and disconnects it, whatever happens. While Kafka's
 * trouble is one that passes, all of `work` is run again, as long as the client is patient.
 */
export async function withAdmin<T>(
  kafka: Kafka,
  work: (admin: Admin) => Promise<T>,
  patience: Patience = patienceOf(kafka),
): Promise<T> {
  return untilPassed(patience, async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  });
}
