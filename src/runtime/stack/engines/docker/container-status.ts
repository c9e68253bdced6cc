import type { EngineService } from "../../services/service.ts";
import type { ServiceState, ServiceStatus } from "../engine.ts";

/** The part of `docker inspect` that tells how a container is. Its shape is the Engine API's, so it
 * is the same for every version of the compose plugin (whose `ps` has changed its JSON twice). */
interface InspectedContainer {
  readonly RestartCount?: number;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly State?: {
    readonly Status?: string;
    readonly ExitCode?: number;
    readonly OOMKilled?: boolean;
    readonly Error?: string;
    readonly StartedAt?: string;
    readonly Health?: { readonly Status?: string } | null;
  };
  readonly HostConfig?: {
    readonly PortBindings?: Readonly<
      Record<string, readonly { readonly HostPort?: string }[] | null>
    > | null;
  };
}

/** Pure. @param inspected the output of `docker inspect`; empty when there are no containers. */
export function containerStatus(
  services: readonly EngineService[],
  inspected: string,
): readonly ServiceStatus[] {
  const containers =
    inspected.trim() === "" ? [] : (JSON.parse(inspected) as readonly InspectedContainer[]);
  return services.map((service) => {
    const container = containers.find(
      ({ Config }) => Config?.Labels?.["com.docker.compose.service"] === service.name,
    );
    return container === undefined
      ? { service: service.name, state: "stopped", restarts: 0 }
      : statusOf(service, container);
  });
}

function statusOf(service: EngineService, container: InspectedContainer): ServiceStatus {
  const { State, HostConfig, RestartCount = 0 } = container;
  const state = stateOf(State);
  const port = Number(HostConfig?.PortBindings?.[service.container.port]?.[0]?.HostPort);
  const startedAtMs = Date.parse(State?.StartedAt ?? "");
  const alive = state === "running" || state === "starting";
  return {
    service: service.name,
    state,
    // The container's process has a PID of its own only where Docker runs on this very kernel.
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    startedAtMs: alive && Number.isFinite(startedAtMs) ? startedAtMs : undefined,
    restarts: RestartCount,
    reason: reasonOf(State),
  };
}

/** Ended because somebody asked: cleanly, or by SIGINT, SIGTERM, or SIGKILL after the grace. */
const askedToEnd: readonly number[] = [0, 130, 137, 143];

function stateOf(state: InspectedContainer["State"]): ServiceState {
  if (state === undefined) return "stopped";
  switch (state.Status ?? "created") {
    case "running":
      return state.Health?.Status === undefined || state.Health.Status === "healthy"
        ? "running"
        : "starting";
    case "restarting":
      return "restarting";
    case "exited":
      return askedToEnd.includes(state.ExitCode ?? 0) && state.OOMKilled !== true
        ? "stopped"
        : "failed";
    case "dead":
      return "failed";
    default: // created, paused, removing
      return "stopped";
  }
}

function reasonOf(state: InspectedContainer["State"]): string | undefined {
  if (state === undefined) return undefined;
  if (state.Status === "running") {
    return state.Health?.Status === "unhealthy" ? "its health check fails" : undefined;
  }
  if (state.OOMKilled === true) return "it needed more memory than there was";
  if (state.Error) return state.Error;
  if (state.Status === "paused") return "it is paused";
  return askedToEnd.includes(state.ExitCode ?? 0) ? undefined : `exit code ${state.ExitCode}`;
}
