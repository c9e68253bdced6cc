/**
 * How a boot tells what it does. A step is a service's name, or what is put into it ("topics"). `done`
 * once per step at most; a step that does not apply is never mentioned.
 */
export type BootProgress = (step: string, doing: string, done?: boolean) => void;
