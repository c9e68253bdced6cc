import { settingSpecs } from "../../settings/settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a shell tells libpq and PostgreSQL's server, Java, and Node: meant for other programs than
 * those that a stack starts. Certificates to trust stay (NODE_EXTRA_CA_CERTS): they
 * are the machine's, and the services of the external engine may need them.
 */
const forOthers = [
  /^PG/,
  /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CLASSPATH)$/,
  /^(KAFKA|LOG4J|LOG4J2)_/,
  /^NODE_(OPTIONS|PATH|DEBUG|REPL_.*|V8_COVERAGE|TLS_REJECT_UNAUTHORIZED|USE_ENV_PROXY|NO_WARNINGS|PENDING_DEPRECATION)$/,
  /^(https?|all|no|ftp)_proxy$/i,
  /^DB_/,
  /^(PORT|ORDERS_CONFIG|ORDERS_STACK)$/,
];

const settingNames = new Set<string>(Object.values(settingSpecs).map(({ env }) => env));

/**
 * Pure. For whatever a stack starts: it gets its settings from us alone, so that what it runs with
 * does not depend on the shell in which it happened to be started.
 */
export function cleanEnvironment(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const isOthers = settingNames.has(name) || forOthers.some((pattern) => pattern.test(name));
    if (value !== undefined && !isOthers) kept[name] = value;
  }
  return kept;
}
