/** What the doctor says of one part of a mapping. */
export interface MappingFinding {
  readonly about: string;
  /**
   * `missing`: evidence that this system does not give. `wrong`: the mapping does not fit.
   * `unreachable`: nothing is known of it.
   */
  readonly status: "ok" | "missing" | "wrong" | "unreachable";
  /** Whether audits stay inconclusive without what is missing. */
  readonly required: boolean;
  /** One sentence: what was found, and what follows. */
  readonly said: string;
}

export interface MappingDiagnosis {
  readonly findings: readonly MappingFinding[];
  readonly exitCode: 0 | 2 | 3 | 4;
}

export function ok(about: string, said: string): MappingFinding {
  return { about, status: "ok", required: false, said };
}

export function missing(about: string, said: string, required = false): MappingFinding {
  return { about, status: "missing", required, said };
}

export function wrong(about: string, said: string): MappingFinding {
  return { about, status: "wrong", required: true, said };
}

export function unreachable(about: string, said: string): MappingFinding {
  return { about, status: "unreachable", required: true, said };
}

/** A service that is not there hides what else is wrong; what is wrong is mended before what is missing. */
export function diagnosisOf(findings: readonly MappingFinding[]): MappingDiagnosis {
  const has = (status: MappingFinding["status"]) =>
    findings.some((finding) => finding.status === status && finding.required);
  const exitCode = has("unreachable") ? 4 : has("wrong") ? 2 : has("missing") ? 3 : 0;
  return { findings, exitCode };
}
