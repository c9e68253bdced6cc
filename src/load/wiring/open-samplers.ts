import type { Settings } from "../../runtime/settings/settings.ts";
import { createNetworkSampler } from "../sampling/network-sampler.ts";
import { onceOpen, type Sampler, together } from "../sampling/sampler.ts";
import type { SampledSource } from "../thresholds/metrics.ts";

export interface SamplerOptions {
  readonly needs: ReadonlySet<SampledSource>;
  /** Whether the lag is shown where nothing depends on it: the load does not wait for it, nor ask why it is away. */
  readonly showsLag?: boolean | undefined;
  /** What one direction of the network link carries, in 10⁹ bits a second. */
  readonly linkGbps?: number | undefined;
  /** Told of what cannot be sampled, and why; a threshold on it is then not measured. */
  readonly onTrouble: (what: string) => void;
}

/** Opens what thresholds ask for, and nothing else; what is away does not keep the load from running. */
export async function openSamplers(
  settings: Settings,
  { needs, showsLag, linkGbps, onTrouble }: SamplerOptions,
): Promise<Sampler> {
  const opened: Sampler[] = [];
  const open = async (what: string, opening: () => Promise<Sampler>) => {
    try {
      opened.push(await opening());
    } catch (error) {
      onTrouble(`${what} is not sampled: ${error instanceof Error ? error.message : error}`);
    }
  };
  await Promise.all([
    needs.has("lag") && open("the consumer's lag", () => openLag(settings)),
    needs.has("database") &&
      open("the database", async () => {
        const { sampleDatabase } = await import("./sample-database.ts");
        return sampleDatabase(settings);
      }),
  ]);
  if (showsLag === true && !needs.has("lag")) opened.push(onceOpen(openLag(settings)));
  if (needs.has("network")) {
    if (linkGbps === undefined) onTrouble("the network is not sampled: --link-gbps is not given");
    else opened.push(createNetworkSampler(linkGbps));
  }
  return together(opened);
}

async function openLag(settings: Settings): Promise<Sampler> {
  const { sampleLag } = await import("./sample-lag.ts");
  return sampleLag(settings);
}
