// Removes the build output, so that a file deleted from src does not live on in dist.
import { rmSync } from "node:fs";

for (const path of ["dist", "oclif.manifest.json"]) {
  rmSync(new URL(`../${path}`, import.meta.url), { recursive: true, force: true });
}
