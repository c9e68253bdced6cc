import { totalmem } from "node:os";

export interface PostgresConfigurationOptions {
  readonly port: number;
  readonly memoryBytes?: number;
}

const mebibyte = 1024 * 1024;

/** Pure but for the memory's default: the whole postgresql.conf of a local stack. */
export function postgresConfiguration({
  port,
  memoryBytes = totalmem(),
}: PostgresConfigurationOptions): string {
  const sharedMb = Math.max(128, Math.min(512, Math.floor(memoryBytes / mebibyte / 8)));
  return `# Written by \`orders up\` at every start: changes here are lost.
# Loopback only, by TCP only: a socket file would need a directory that both accounts may enter.
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
# A consumer holds workers + 2, the API none: room for dozens of instances beside load and audits.
max_connections = 200

# Durable: an acknowledged transaction survives kill -9 and power loss. Promises rest on it.
fsync = on
synchronous_commit = on
full_page_writes = on

# An eighth of the memory, at most 512 MB: stock and the ends of the orders' indexes stay in it.
# Measured, a drain into an empty table is as fast with 128 MB; so it is with autovacuum off, and even
# with synchronous_commit off: batches make commits few. Nothing durable is given away for speed.
shared_buffers = ${sharedMb}MB
# Rows come in bursts of thousands: fewer, longer checkpoints, fewer full pages in the log.
max_wal_size = 2GB
checkpoint_timeout = 15min
# Statements sort and sum arrays of a few thousand orders.
work_mem = 16MB
# Statements are short: compiling them costs more than it saves.
jit = off

# Which statements cost how much.
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = 'all'
track_io_timing = on
# When each transaction committed: a load's latency ends there, not where its row was written.
track_commit_timestamp = on

# What a person wants to find in the log afterwards: who waited for whom, and what was slow.
log_lock_waits = on
deadlock_timeout = 1s
log_min_duration_statement = 1s
# Parameters are customers' data.
log_parameter_max_length = 0
log_checkpoints = off
log_line_prefix = '%m [%p] %a '
log_timezone = 'UTC'
timezone = 'UTC'
# \`orders up --log-statements\` changes this by ALTER SYSTEM, which wins over this file.
log_statement = 'none'
`;
}
