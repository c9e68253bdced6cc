// The import rules of the house, each with its reason; `npm run lint` checks them. None is broken
// anywhere, and there is no list of exceptions.

const features =
  "shop|intake|reservation|load|audit|letters|inspect|stock|journey|analytics|gateway";
/** What all others stand on; `partitions` reads a topic for whoever stores its offsets. */
const ground = "order|ports|failure|partitions";
/** What decides and measures: it takes ports, and its `wiring/` opens what is behind them. */
const cores = "shop|intake|reservation|load|audit|analytics|gateway";

/** @param from where it may be imported @param why the reason @param packages their names */
function owned(from, why, ...packages) {
  return {
    name: `${packages[0].replace("@oclif/core", "oclif")}-has-an-owner`,
    comment: why,
    severity: "error",
    from: { path: "^src/", pathNot: from },
    to: { path: `(^|node_modules/)(${packages.join("|")})(/|$)` },
  };
}

export default {
  forbidden: [
    {
      name: "no-circles",
      comment:
        "Of two files in a circle, types included, neither can be understood or moved alone.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      comment: "An import that leads nowhere is checked by none of the other rules.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "ground-imports-nothing-above",
      comment: "order, ports, failure and partitions are what all others stand on.",
      severity: "error",
      from: { path: `^src/(${ground})/` },
      to: { path: "^src/", pathNot: `^src/(${ground})/` },
    },
    {
      name: "http-knows-no-feature",
      comment: "What every HTTP server of ours does, whatever it serves.",
      severity: "error",
      from: { path: "^src/http/" },
      to: { path: "^src/", pathNot: `^src/(http|${ground})/` },
    },
    {
      name: "order-is-pure",
      comment: "What decides about an order opens nothing, not even a file.",
      severity: "error",
      from: { path: "^src/order/" },
      to: {
        dependencyTypes: ["core", "npm"],
        pathNot: "^(crypto|node:crypto|buffer)$|node_modules/uuid/",
      },
    },
    {
      name: "feature-alone",
      comment:
        "Features know nothing of each other: what two share is ground, report or runtime. Only verify, prove, bench and commands put several together.",
      severity: "error",
      from: { path: `^src/(${features})/` },
      to: { path: `^src/(${features}|verify|prove|bench)/`, pathNot: "^src/$1/" },
    },
    {
      name: "core-opens-nothing",
      comment:
        "A core takes ports; only its wiring/ reaches the runtime, so that it can be tested and read alone.",
      severity: "error",
      from: { path: `^src/(${cores})/`, pathNot: `^src/(${cores})/wiring/` },
      to: { path: "^src/runtime/", pathNot: "^src/runtime/postgres/tables/" },
    },
    {
      name: "tables-are-statements",
      comment:
        "Statements that several rooms share open nothing: they take the port of a database, and so a core may use them.",
      severity: "error",
      from: { path: "^src/runtime/postgres/tables/" },
      to: { pathNot: `^src/(${ground})/|^src/runtime/postgres/tables/` },
    },
    {
      name: "core-knows-no-wiring",
      comment: "Wiring hands ports to the core, never the other way round.",
      severity: "error",
      from: { path: `^src/(${cores})/`, pathNot: `^src/(${cores})/wiring/` },
      to: { path: `^src/(${cores})/wiring/` },
    },
    {
      name: "show-renders",
      comment: "show/ turns results into text: it sees its own feature, the report and the ground.",
      severity: "error",
      from: { path: "^src/(.+)/show/", pathNot: "^src/(verify|prove|bench)/" },
      to: { path: "^src/", pathNot: `^src/($1|${ground}|report)/` },
    },
    {
      name: "only-commands-render",
      comment: "A result knows nothing of how it is shown.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(commands|cli)/|/show/" },
      to: { path: "/show/" },
    },
    {
      name: "runtime-knows-no-feature",
      comment: "The runtime starts, connects and watches; what runs on it is not its business.",
      severity: "error",
      from: { path: "^src/runtime/" },
      to: { path: `^src/(${features}|verify|prove|bench|commands|cli)/` },
    },
    {
      name: "report-knows-no-feature",
      comment: "Tables, terminal and HTML serve every feature alike.",
      severity: "error",
      from: { path: "^src/report/" },
      to: { path: "^src/", pathNot: `^src/(report|${ground})/` },
    },
    {
      name: "commands-on-top",
      comment: "Commands call; nobody calls them.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(commands|cli)/" },
      to: { path: "^src/(commands|cli)/" },
    },
    owned(
      "^src/runtime/kafka/",
      "One place knows the Kafka client, so that another can stand beside it.",
      "kafkajs",
      "@platformatic/kafka",
    ),
    owned(
      "^src/runtime/postgres/",
      "One place opens sessions: with limits, time-outs and failures explained.",
      "pg",
      "pg-cursor",
    ),
    owned(
      "^src/bench/measure/",
      "COPY is the floor that the benches measure against.",
      "pg-copy-streams",
    ),
    owned(
      "^src/(load|runtime/stack|audit/wiring|gateway/wiring|journey)/",
      "HTTP requests are sent by the load and by the wiring.",
      "undici",
    ),
    owned(
      "^src/(http|(intake|gateway|shop)/server)/",
      "Servers serve; the rest knows no HTTP.",
      "fastify",
      "@fastify/reply-from",
      "@fastify/rate-limit",
      "prom-client",
    ),
    owned(
      "^src/(runtime/lifecycle/output|(intake|reservation|gateway)/wiring)/",
      "Services log; commands print.",
      "pino",
    ),
    owned("^src/runtime/", "One place starts programs, so that none is left behind.", "execa"),
    owned("^src/report/", "Progress is drawn in one place.", "listr2"),
    owned("^src/(commands|cli)/", "Only commands know the command line.", "@oclif/core"),
    owned(
      "^src/(report/latency-histogram|load/recorded-values)",
      "Latencies are recorded in one place.",
      "hdr-histogram-js",
    ),
    owned(
      "^src/(runtime/settings|audit/mapping)/",
      "Files that people write are read where their keys are known.",
      "smol-toml",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
