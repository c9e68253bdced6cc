import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJsonAtomic } from "../../state-file.ts";

/** How the broker of a stack's own is logged in to: kafka/login.json below engine/, 0600. */
export interface KafkaLogin {
  /**
   * Of our own clients. SCRAM: whoever has taken the port of a stack that died gets no password out
   * of them, which PLAIN would hand over. Its verifier is put into the data when that is made; data
   * that an earlier version made has none, and takes PLAIN alone, which needs nothing there.
   */
  readonly mechanism: "scram-sha-256" | "plain";
  readonly username: string;
  readonly password: string;
  /** The controller's listener takes PLAIN alone (Kafka has no SCRAM there); nobody but the broker uses it. */
  readonly controllerPassword: string;
}

/** Of before, or a new one, written down before the broker is told. */
export function ensureKafkaLogin(
  directory: string,
  mechanism: KafkaLogin["mechanism"],
): KafkaLogin {
  const known = readKafkaLogin(directory);
  if (known !== undefined) return known;
  const password = () => randomBytes(24).toString("hex");
  const login: KafkaLogin = {
    mechanism,
    username: "orders",
    password: password(),
    controllerPassword: password(),
  };
  writeJsonAtomic(join(directory, "login.json"), login);
  return login;
}

export function readKafkaLogin(directory: string): KafkaLogin | undefined {
  const login = readJson<Partial<KafkaLogin>>(join(directory, "login.json"));
  return login?.mechanism && login.username && login.password && login.controllerPassword
    ? (login as KafkaLogin)
    : undefined;
}
