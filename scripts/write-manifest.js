// Writes oclif.manifest.json: what every command looks like, so that --help loads none of them.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Config } from "@oclif/core";
import { settings } from "@oclif/core/settings";

// The built commands, whatever NODE_ENV says: oclif would look for sources in "development" and "test".
settings.enableAutoTranspile = false;

const root = fileURLToPath(new URL("..", import.meta.url));
const config = await Config.load({
  root,
  ignoreManifest: true,
  devPlugins: false,
  userPlugins: false,
});
const plugin = config.plugins.get(config.name);
writeFileSync(`${root}oclif.manifest.json`, `${JSON.stringify(plugin.manifest)}\n`);
