import { Failure } from "../../failure/failure.ts";
import type { ResolvedSettings } from "./resolved-settings.ts";
import { type SettingKey, settingSpecs } from "./settings.ts";

/**
 * Pure. Settings that each are well formed but say nothing, or the opposite of each other, together:
 * a login that is silently not used looks like a broker that needs none.
 * @throws Failure("usage")
 */
export function refuseContradictions({ values, sources }: ResolvedSettings): void {
  const { kafkaTls, kafkaCaFile, kafkaSaslMechanism: mechanism } = values;
  const name = (key: SettingKey) =>
    sources[key] === "flag" ? `--${settingSpecs[key].name}` : settingSpecs[key].env;
  if (!kafkaTls && sources.kafkaTls !== "default" && kafkaCaFile !== undefined) {
    throw new Failure("usage", {
      what: `${name("kafkaCaFile")} is given, and ${name("kafkaTls")} turns TLS off`,
      meaning: "without TLS nobody's certificate is checked",
      remedy: `leave out one of them; ${name("kafkaCaFile")} alone turns TLS on`,
    });
  }
  const login = (["kafkaSaslUsername", "kafkaSaslPassword"] as const).filter(
    (key) => values[key] !== undefined,
  );
  if (mechanism === undefined && login.length > 0) {
    throw new Failure("usage", {
      what: `${login.map(name).join(" and ")} ${login.length === 1 ? "is" : "are"} given, but no SASL mechanism`,
      meaning: "the login would silently not be used",
      remedy: `set KAFKA_SASL_MECHANISM to one of ${settingSpecs.kafkaSaslMechanism.choices.join(", ")}, or unset the login`,
    });
  }
  if (mechanism !== undefined && login.length < 2) {
    throw new Failure("usage", {
      what: `SASL ${mechanism} needs a user name and a password`,
      remedy:
        "set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (the password by the environment or the config file: a flag would show it in `ps`)",
    });
  }
}
