// Puts what runs in a reader's browser beside the code that writes it into pages.
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}/report/html/client`, import.meta.url));
cpSync(at("src"), at("dist"), { recursive: true });
