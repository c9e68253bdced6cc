import type { EngineService } from "./service.ts";

export const kafka: EngineService = {
  name: "kafka",
  title: "Kafka",
  stage: "engine",
  port: { default: 9092, flag: "kafka-port" },
  steps: [{ step: "topics", title: "Topics" }],
  async startLocally(start) {
    const { startKafka } = await import("../engines/local/start-kafka.ts");
    return startKafka(start);
  },
  container: {
    port: "19092/tcp",
    environment: ({ clusterId }) => ({ KAFKA_CLUSTER_ID: clusterId }),
    // The name under which the broker advertises itself.
    endpoints: (port) => ({ brokers: `localhost:${port}` }),
  },
  async prepare(preparation) {
    const { prepareKafka } = await import("../prepare-kafka.ts");
    await prepareKafka(preparation);
  },
  async prove(proof) {
    const { probeKafka } = await import("../prepare-kafka.ts");
    await probeKafka(proof);
  },
};
