import { cpus, platform, release, totalmem } from "node:os";

/** The machine that this process runs on. */
export interface Host {
  readonly cores: number;
  readonly cpu: string;
  readonly memory_bytes: number;
  readonly platform: string;
  readonly node: string;
}

export function describeHost(): Host {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memory_bytes: totalmem(),
    platform: `${platform()} ${release()}`,
    node: process.version,
  };
}
