import { expect, it } from "vitest";
import { resolveSettings } from "../../../../src/runtime/settings/resolve-settings.ts";
import {
  pipelineSettings,
  stackSettingsAfter,
} from "../../../../src/runtime/stack/pipeline-settings.ts";
import { quoted } from "../../../../src/runtime/stack/stack-environment.ts";

const told = resolveSettings({
  flags: { group: "mine" },
  environment: {
    KAFKA_BROKERS: "elsewhere:9092",
    KAFKA_TLS: "true",
    KAFKA_SASL_MECHANISM: "plain",
    KAFKA_SASL_USERNAME: "me",
    KAFKA_SASL_PASSWORD: "secret",
    ORDERS_STRATEGY: "batch",
    ORDERS_WORKERS: "7",
  },
});
const endpoints = {
  brokers: "127.0.0.1:1",
  databaseUrl: "postgresql://postgres:pw@127.0.0.1:2/orders",
};

it("points our own engines' pipeline at them, without the security of other brokers", () => {
  const { environment, values, stack } = pipelineSettings(told, "local", endpoints, {
    apiUrl: "http://a",
  });
  expect(environment).toEqual({
    CONSUMER_GROUP_ID: "mine",
    ORDERS_STRATEGY: "batch",
    ORDERS_WORKERS: "7",
    KAFKA_BROKERS: "127.0.0.1:1",
    DATABASE_URL: endpoints.databaseUrl,
    ORDERS_API_URL: "http://a",
  });
  expect(values).toMatchObject({ kafkaTls: false, kafkaSaslMechanism: undefined });
  expect(stack).toEqual({ ...endpoints, apiUrl: "http://a", strategy: "batch" });
});

it("keeps the strategy with the stack, whoever chose it", () => {
  const again = resolveSettings({ stack: { strategy: "row-lock" } });
  const { environment, stack } = pipelineSettings(again, "local", endpoints, {});
  expect(environment.ORDERS_STRATEGY).toBe("row-lock");
  expect(stack.strategy).toBe("row-lock");
});

it("keeps how to log in for brokers that we did not start", () => {
  const { environment, stack } = pipelineSettings(told, "external", endpoints, {});
  expect(environment).toMatchObject({ KAFKA_TLS: "true", KAFKA_SASL_PASSWORD: "secret" });
  expect(stack).toMatchObject({ kafkaTls: "true", kafkaSaslPassword: "secret" });
});

it("hands on the login that our own Kafka asks for, in place of any other", () => {
  const own = {
    ...endpoints,
    kafkaAuth: "sasl",
    kafkaLogin: { mechanism: "scram-sha-256", username: "orders", password: "generated" },
  } as const;
  const { environment, values, stack } = pipelineSettings(told, "local", own, {});
  const login = {
    kafkaSaslMechanism: "scram-sha-256",
    kafkaSaslUsername: "orders",
    kafkaSaslPassword: "generated",
  };
  expect(values).toMatchObject({ ...login, kafkaTls: false });
  expect(stack).toMatchObject({ ...login, kafkaAuth: "sasl" });
  expect(environment).toMatchObject({
    KAFKA_SASL_MECHANISM: "scram-sha-256",
    KAFKA_SASL_USERNAME: "orders",
    KAFKA_SASL_PASSWORD: "generated",
  });
  expect(environment.ORDERS_KAFKA_AUTH).toBeUndefined();
});

it("keeps a login with the stack only for brokers of others that are still the same", () => {
  const before = { brokers: "b:1", topic: "t", kafkaSaslPassword: "p" };
  const now = { brokers: "b:1", databaseUrl: "d" };
  expect(stackSettingsAfter("external", before, now)).toEqual({ ...before, ...now });
  const without = { brokers: "b:1", topic: "t", databaseUrl: "d" };
  expect(stackSettingsAfter("local", before, now)).toEqual(without);
  const moved = { ...now, brokers: "c:1" };
  expect(stackSettingsAfter("external", before, moved)).toEqual({ ...without, brokers: "c:1" });
});

it("quotes what a shell would take apart", () => {
  expect(quoted("127.0.0.1:9092")).toBe("127.0.0.1:9092");
  expect(quoted("a'b; rm $x")).toBe(`'a'\\''b; rm $x'`);
  expect(quoted("")).toBe("''");
});
