import { Failure } from "../../../failure/failure.ts";
import type { ResolvedSettings } from "../../settings/resolved-settings.ts";
import { type KafkaAuth, settingSpecs } from "../../settings/settings.ts";
import type { EngineName } from "./engine.ts";

/** Pure: what a person said of logins at Kafka; what a stack says of itself, the engine knows. */
export function kafkaAuthByHand({ values, sources }: ResolvedSettings): KafkaAuth | undefined {
  const { kafkaAuth: source } = sources;
  return source === undefined || source === "default" || source === "stack"
    ? undefined
    : values.kafkaAuth;
}

/**
 * Only the local engine's Kafka asks for logins: a wish for one that would silently not be fulfilled
 * is refused.
 * @throws Failure("usage")
 */
export function refuseAuth(engine: EngineName, settings: ResolvedSettings): void {
  if (engine === "local") return;
  const byHand = kafkaAuthByHand(settings);
  const asFlag = settings.sources.kafkaAuth === "flag";
  const { name, env } = settingSpecs.kafkaAuth;
  const said = asFlag ? `--${name}` : `${env} (or ${name} in the config file)`;
  if (engine === "docker" && byHand === "sasl") {
    throw new Failure("usage", {
      what: `${said} asks for logins at Kafka, and the Docker engine's takes none`,
      meaning: "it listens on loopback only, for every user of this machine",
      remedy: "use --engine local, or leave it out",
    });
  }
  if (engine === "external" && asFlag) {
    throw new Failure("usage", {
      what: `${said} is for the Kafka of a stack that \`orders up\` starts`,
      remedy:
        "leave it out; a login at brokers that exist is given by KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD",
    });
  }
}
