import { expect, it } from "vitest";
import { cleanEnvironment } from "../../../../../src/runtime/lifecycle/processes/clean-environment.ts";
import { settingSpecs } from "../../../../../src/runtime/settings/settings.ts";

const others = [
  ...["PGHOST", "PGPORT", "PGSSLMODE", "PGOPTIONS", "PGSERVICE", "PGAPPNAME", "PGCLIENTENCODING"],
  ...["PGDATA", "PGDATESTYLE", "PGTZ", "PGPASSWORD", "PGPASSFILE", "PGSSLROOTCERT"],
  ...["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH"],
  ...["KAFKA_OPTS", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "LOG4J_CONFIGURATION_FILE"],
  ...["NODE_OPTIONS", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_DEBUG", "NODE_PATH"],
  ...["HTTP_PROXY", "https_proxy", "ALL_PROXY", "no_proxy"],
  ...["DB_HOST", "PORT", "ORDERS_STACK", "ORDERS_CONFIG"],
  ...Object.values(settingSpecs).map(({ env }) => env),
];

it.each(others)("keeps %s of the shell from what a stack starts", (name) => {
  expect(cleanEnvironment({ [name]: "x" })).toEqual({});
});

it("keeps what a program needs to run on this machine", () => {
  const machine = {
    PATH: "/bin",
    HOME: "/home/me",
    LANG: "C.UTF-8",
    TMPDIR: "/tmp",
    JAVA_HOME: "/opt/java",
    XDG_STATE_HOME: "/state",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    ORDERS_STACK_DIR: "/state/orders/default",
  };
  expect(cleanEnvironment({ ...machine, UNSET: undefined })).toEqual(machine);
});
