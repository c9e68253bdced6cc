/** Tells what is going on; implemented by a progress display. */
export interface Narrator {
  step<T>(title: string, work: (say: (text: string) => void) => Promise<T>): Promise<T>;
}
