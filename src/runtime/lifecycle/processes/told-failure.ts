import { Failure, type FailureKind, type FailureText } from "../../../failure/failure.ts";

/** A failure as one process tells another of it. */
export interface ToldFailure extends FailureText {
  readonly kind: FailureKind;
}

export function toldFailure({ kind, message: what, meaning, remedy }: Failure): ToldFailure {
  return {
    ...{ kind, what },
    ...(meaning === undefined ? {} : { meaning }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** The same again, to be thrown. */
export function asFailure({ kind, ...text }: ToldFailure): Failure {
  return new Failure(kind, text);
}
