import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import { parseDatabaseUrl, systemAuthorities } from "./database-address.ts";
import type { Settings } from "./settings.ts";

/**
 * @param name what names the file, for a person: KAFKA_CA_FILE, sslrootcert.
 * @returns the PEM text.
 * @throws Failure("usage") when it cannot be read, or holds no certificate that can: TLS would take
 * it without a word and then trust nobody.
 */
export function readCertificates(path: string, name: string): string {
  const text = readPemFile(path, name);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (cause) {
    throw noCertificate(path, name, "a certificate in it cannot be read", cause);
  }
  if (blocks.length === 0) throw noCertificate(path, name, "there is no certificate in it");
  return text;
}

/** @throws Failure("usage") when it cannot be read. */
export function readPemFile(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Failure(
      "usage",
      {
        what: `the file ${path} (${name}) cannot be read: ${code === "ENOENT" ? "there is none" : code}`,
        remedy: `give the path of a readable PEM file as ${name}`,
      },
      { cause },
    );
  }
}

/**
 * Every certificate file that the settings name, before anything is opened or changed.
 * @throws Failure("usage")
 */
export function requireCertificateFiles({ kafkaCaFile, databaseUrl }: Settings): void {
  if (kafkaCaFile !== undefined) readCertificates(kafkaCaFile, "KAFKA_CA_FILE");
  const parsed = databaseUrl === undefined ? undefined : parseDatabaseUrl(databaseUrl);
  if (parsed === undefined || "expected" in parsed) return;
  const { sslRootCert, sslCert, sslKey } = parsed.value;
  if (sslRootCert !== undefined && sslRootCert !== systemAuthorities)
    readCertificates(sslRootCert, "sslrootcert");
  if (sslCert !== undefined) readCertificates(sslCert, "sslcert");
  if (sslKey !== undefined) readPemFile(sslKey, "sslkey");
}

function noCertificate(path: string, name: string, why: string, cause?: unknown): Failure {
  return new Failure(
    "usage",
    {
      what: `the file ${path} (${name}) cannot be used: ${why}`,
      remedy: `give a PEM file, with -----BEGIN CERTIFICATE-----, as ${name}`,
    },
    { cause },
  );
}
