/** What a command writes to and ends with, for what several commands do around their work. */
export interface CommandOutput {
  readonly quiet: boolean;
  print(text: string): void;
  note(text: string): void;
  endWith(exitCode: number): void;
}
