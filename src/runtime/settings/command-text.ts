import { settingSpecs } from "./settings.ts";
import { maskSecret } from "./show-settings.ts";

const mask = "****";
/** Of a request's headers, these are no secrets. */
const plainHeaders = /^(accept|content-type|host|user-agent)\b/i;

/** Pure: the command line as a shell takes it, with what is secret in it masked. */
export function commandText(args: readonly string[]): string {
  const shown = args.map((arg, index) => {
    const before = args[index - 1];
    if (before?.startsWith("--") && !before.includes("=")) return maskedValue(before, arg);
    const [, flag, value] = /^(--[a-z-]+)=(.*)$/su.exec(arg) ?? [];
    return flag === undefined || value === undefined
      ? withoutPassword(arg)
      : `${flag}=${maskedValue(flag, value)}`;
  });
  return ["orders", ...shown.map(quoted)].join(" ");
}

function maskedValue(flag: string, value: string): string {
  const spec = Object.values(settingSpecs).find(({ name }) => `--${name}` === flag);
  if (spec !== undefined && "secret" in spec && spec.secret) return maskSecret(spec.kind, value);
  if (/^--headers?$/.test(flag) && !plainHeaders.test(value))
    return value.replace(/^([^:=]*[:=]).*$/su, `$1 ${mask}`);
  return withoutPassword(flag === "--url" ? withoutSecretQuery(value) : value);
}

/** What a query names a secret, unless each order fills it in: `?token=****&ref={{key}}`. */
function withoutSecretQuery(url: string): string {
  return url.replaceAll(
    /([?&][^=&{}]*(?:token|secret|passw|key|sig|auth|code)[^=&{}]*=)(?!\{\{)[^&#]*/giu,
    `$1${mask}`,
  );
}

/** Pure: addresses in a text without what one enters by: `http://user:****@host/`. */
export function withoutPassword(text: string): string {
  return text.replaceAll(
    /(?<=[a-z][a-z0-9+.-]*:\/\/)([^/?#\s:@]*)(:[^/?#\s]*)?(?=@)/giu,
    (_, user: string, password?: string) => (password === undefined ? mask : `${user}:${mask}`),
  );
}

function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
