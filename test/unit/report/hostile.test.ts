import { expect, it } from "vitest";
import { stockAgreementTable } from "../../../src/audit/show/stock-agreement-table.ts";
import { verdictText } from "../../../src/audit/show/verdict-text.ts";
import { settingsTable } from "../../../src/cli/settings-table.ts";
import { activityList } from "../../../src/inspect/database/show/activity-list.ts";
import { lockTree } from "../../../src/inspect/database/show/lock-tree.ts";
import { orderLine } from "../../../src/inspect/database/show/order-lines.ts";
import { sizeTables } from "../../../src/inspect/database/show/size-tables.ts";
import { slowList } from "../../../src/inspect/database/show/slow-list.ts";
import { lagLine, lagText } from "../../../src/inspect/lag/show/lag.ts";
import { queryResultText } from "../../../src/inspect/query/show/query-result.ts";
import { groupText } from "../../../src/inspect/topics/show/group.ts";
import { logMessageText } from "../../../src/inspect/topics/show/log-message.ts";
import { topicListText, topicText } from "../../../src/inspect/topics/show/topics.ts";
import { deadLetterText } from "../../../src/letters/show/dead-letter.ts";
import { deadLetterListText } from "../../../src/letters/show/dead-letters.ts";
import { replayText } from "../../../src/letters/show/replay.ts";
import { html } from "../../../src/report/html/markup.ts";
import { statusText } from "../../../src/runtime/stack/show/stack-status.ts";
import { stockChangeText } from "../../../src/stock/show/stock-change-text.ts";
import { stockTable } from "../../../src/stock/show/stock-table.ts";
import { hostile, steering } from "../../arbitrary/hostile.ts";

// biome-ignore lint/suspicious/noExplicitAny: each renderer takes a shape of its own; here only its words matter
type Any = any;
const terminal = { width: 80, colour: false };

const outbox = (application: string) => ({
  ...{ open_events: 1, parked_events: 1, oldest_open_seconds: 1, dead_rows_estimated: 20_000 },
  oldest_transaction: { pid: 1, application, seconds: 600 },
});

/** Every renderer, with `text` wherever a database, Kafka, a log or a user may put words. */
const renderers: Readonly<Record<string, (text: string) => string>> = {
  orderLine: (t) =>
    orderLine(
      {
        order_id: t,
        line_no: 1,
        customer_id: t,
        product_id: t,
        quantity: 1,
        status: t,
        rejection_reason: t,
        created_at: "2026-01-01T00:00:00Z",
      } as Any,
      Number.POSITIVE_INFINITY,
    ),
  activityList: (t) =>
    activityList(
      {
        database: t,
        counts: { active: 1 },
        connections: 1,
        max_connections: 9,
        sessions: [
          {
            pid: 1,
            application: t,
            kind: t,
            state: "active",
            transaction_seconds: 1,
            statement_seconds: 1,
            wait_event: t,
            blocked_by: [],
            statement: t,
          },
        ],
      } as Any,
      80,
    ),
  lockTree: (t) =>
    lockTree(
      {
        waiting: 1,
        longest_wait_seconds: 1,
        deadlocked: [],
        blockers: [
          {
            session: {
              pid: 1,
              application: t,
              user: t,
              state: t,
              transaction_seconds: 1,
              statement: t,
            },
            waits_for: { lock: t, mode: t, relation: t, row: t, product_id: t, seconds: 1 },
            also_behind: [],
            waiting: [],
          },
        ],
      } as Any,
      80,
    ),
  sizeTables: (t) =>
    sizeTables(
      {
        tables: [
          {
            table: t,
            rows_estimated: 1,
            dead_rows_estimated: 1,
            table_bytes: 1,
            index_bytes: 1,
            total_bytes: 1,
          },
        ],
        indexes: [{ index: t, table: t, bytes: 1, scans: 1 }],
        wal_bytes: 1,
        database: t,
        database_bytes: 1,
        hints: [t],
        outbox: outbox(t),
      } as Any,
      80,
    ),
  slowList: (t) =>
    slowList(
      {
        statements: [
          {
            share: 1,
            total_ms: 1,
            calls: 1,
            mean_ms: 1,
            max_ms: 1,
            rows: 1,
            cache_hit_share: 1,
            wal_bytes: 1,
            statement: t,
            top_level: true,
          },
        ],
        counted: 1,
        total_ms: 1,
        counting_since: null,
      } as Any,
      80,
    ),
  stockAgreementTable: (t) =>
    stockAgreementTable(
      {
        products: [
          {
            product_id: t,
            available: 1,
            reserved: 1,
            total: 1,
            reserved_by_orders: 1,
            disagreements: [t],
          },
        ],
        sum: { available: 1, reserved: 1, total: 1, reserved_by_orders: 1 },
        agrees: false,
        not_compared: [t],
        cut: false,
      } as Any,
      80,
      (text) => text,
    ),
  deadLetterText: (t) =>
    deadLetterText(
      {
        letter: letter(t),
        contents: { message_key: Buffer.from(t), message_value: Buffer.from(t) },
        order: { id: t, status: t },
        plan: { replay: false, because: t, note: t },
      } as Any,
      t,
      { hex: false, bytesMax: 1_000 },
    ),
  deadLetterListText: (t) =>
    deadLetterListText(
      {
        total: 1,
        reasons: [{ reason: t, letters: 1, unpublished: 0, replayed: 0 }],
        letters: [
          {
            dead_letter_id: 1,
            source: t,
            reason: t,
            detail: t,
            recorded_at: "2026-01-01T00:00:00Z",
            published_at: null,
            replay_of: null,
            replays: 0,
            replay_pending: false,
            dead_lettered_again_as: null,
          },
        ],
        cut: false,
      } as Any,
      80,
    ),
  replayText: (t) =>
    replayText(
      {
        letters: [
          { dead_letter_id: 1, source: t, reason: t, outcome: "skipped", note: t, replayed_as: t },
        ],
        settled: [{ dead_letter_id: 1, result: "produced", replayed_as: t }],
        replayed: 0,
        would_replay: 0,
        skipped: 1,
        failed: 0,
        dry_run: false,
        topic: t,
      } as Any,
      80,
    ),
  groupText: (t) =>
    groupText(
      {
        group: t,
        type: "classic",
        warnings: [t],
        state: t,
        assignor: t,
        members: [{ client_id: t, member_id: t, host: t, assigned: { [t]: [0] } }],
        offsets: [{ topic: t, partition: 0, group_offset: 1, log_end: 1, lag: 0, member: t }],
      } as Any,
      { width: 80, all: true },
    ),
  lagText: (t) => lagText(lag(t), { width: 80, all: true }),
  lagLine: (t) => lagLine(lag(t)),
  logMessageText: (t) =>
    logMessageText(
      {
        partition: 0,
        offset: 0,
        timestampMs: 0,
        key: Buffer.from(t),
        value: Buffer.from(t),
        headers: { [t]: t },
      },
      1_000,
    ),
  topicListText: (t) =>
    topicListText(
      [
        {
          topic: t,
          partitions: 1,
          replicas: 1,
          under_replicated: 0,
          messages: 1,
          bytes: 1,
          retention_ms: 1,
          retention_bytes: 1,
          cleanup_policy: t,
        },
      ],
      80,
    ),
  topicText: (t) =>
    topicText(
      { partitions: [], config: [{ name: t, value: t, source: t }] } as Any,
      { width: 80, all: true } as Any,
    ),
  queryResultText: (t) =>
    queryResultText(
      {
        command: "SELECT",
        columns: [{ name: t, typeOid: 25 }],
        rows: [[t]],
        rowCount: 1,
        cut: false,
      },
      { width: 80 },
    ),
  "queryResultText without rows": (t) =>
    queryResultText(
      { command: "SELECT", columns: [{ name: t, typeOid: 25 }], rows: [], rowCount: 0, cut: false },
      { width: 80 },
    ),
  settingsTable: (t) => settingsTable([{ name: t, env: t, value: t, source: t }], 80),
  statusText: (t) =>
    statusText({
      stack: "default",
      up: true,
      state: "up",
      busy: null,
      engine: "local",
      why: t,
      strategy: t,
      supervisor: 1,
      processes: [
        {
          name: "consumer-1",
          state: t,
          ready: null,
          pid: 1,
          port: 1,
          uptime_seconds: 1,
          restarts: 0,
          reason: t,
        },
      ],
      kafka: {
        brokers: t,
        problem: null,
        warnings: [t],
        topics: [{ topic: t, partitions: 1, messages: 1 }],
        group: {
          group: t,
          type: t,
          members: 1,
          lag_total: 1,
          database_lag: null,
          database_lag_at_least: 0,
          database_lost: 0,
          database_unknown: t,
        },
      },
      database: {
        address: t,
        problem: t,
        rows: [{ table: t, rows: 1, estimated: false }],
        topic: t,
        standing: standing(t),
        outbox: outbox(t),
      },
      urls: { api: [] },
    } as Any),
  stockChangeText: (t) =>
    stockChangeText({
      product_id: t,
      product_name: t,
      unit_price: 1,
      available_quantity: 1,
      reserved_quantity: 0,
      total_quantity: 1,
      delta: 1,
      created: false,
    }),
  stockTable: (t) =>
    stockTable(
      [
        {
          product_id: t,
          product_name: t,
          available_quantity: 1,
          reserved_quantity: 0,
          total_quantity: 1,
          unit_price: 1,
        },
      ],
      80,
    ),
  verdictText: (t) =>
    verdictText(
      {
        verdict: "violated",
        reason: t,
        checks: [
          {
            check: "stock-adds-up",
            status: "fail",
            expected: t,
            found: t,
            detail: t,
            examples: [t],
          },
        ],
      } as Any,
      terminal,
    ),
  "a page": (t) => html`<p title="${t}">${t}</p>`.markup,
};

function letter(t: string): Any {
  return {
    dead_letter_id: 1,
    source_topic: t,
    source_partition: 0,
    source_offset: 0,
    reason: t,
    detail: t,
    order_id: t,
    recorded_at: new Date(0),
    published_at: null,
    value_bytes: 1,
    replays: 0,
    replay_result: null,
    replay_topic: null,
    replay_of: null,
    again_id: null,
  };
}

function standing(t: string): Any {
  return [{ partition: 0, first_offset: 1, last_offset: 1, why: t, detail: t, found_at: t }];
}

function lag(t: string): Any {
  return {
    at: "2026-01-01T00:00:00Z",
    topic: t,
    group: t,
    group_state: t,
    members: 1,
    group_unknown: t,
    group_type: "classic",
    standing: standing(t),
    warnings: [t],
    database_unknown: t,
    interval_ms: 1_000,
    partitions: [],
    total: {
      log_end: 1,
      group_lag: 1,
      group_lag_at_least: 1,
      database_lag: 1,
      database_lag_at_least: 1,
      placed_per_second: 1,
      decided_per_second: 1,
      decided_from: "group",
      seconds_to_drain: null,
      drain: "standing",
    },
  };
}

it.each(Object.entries(renderers))("%s shows what would steer, and forges no line", (_, render) => {
  const innocent = render("x").split("\n").length;
  for (const text of hostile) {
    const lines = render(text).split("\n");
    for (const line of lines) {
      expect(line).not.toMatch(steering);
      expect(line, "a line of the data's own").not.toMatch(/^(Injected|✔)/);
    }
    expect(lines.length).toBeGreaterThanOrEqual(innocent);
  }
});
