// What dist/help-core.cjs is made of: oclif's core, with its help corrected. Help is always shown by
// that file (bin/run.js), so these are the only places to correct it.
import { CommandHelp, Help } from "@oclif/core/help";

export { run } from "@oclif/core/run";

/** oclif takes `up` for a topic, since "group:describe" contains "up:". */
Object.defineProperty(Help.prototype, "_topics", {
  get() {
    const { topics } = this.config;
    return topics.filter(({ name }) => topics.some((each) => each.name.startsWith(`${name}:`)));
  },
});

/** Short: every flag stands below with its words. */
CommandHelp.prototype.defaultUsage = function defaultUsage() {
  const { id, args = {}, flags = {} } = this.command;
  const required = Object.entries(flags)
    .filter(([, flag]) => flag.required && !flag.hidden)
    .map(([name, flag]) => `--${name} ${flag.helpValue ?? name.toUpperCase()}`);
  const words = Object.values(args)
    .filter((arg) => !arg.hidden)
    .map((arg) => this.arg(arg));
  return [id, ...words, ...required, "[flags]"].join(" ");
};

/** The summary stands at the top already. */
CommandHelp.prototype.description = function description() {
  const text = this.command.description;
  return text === undefined ? undefined : this.wrap(unfolded(text));
};

/** Where a source file broke a paragraph is of no meaning; lists and tables keep their lines. */
function unfolded(text) {
  const lines = [];
  for (const line of text.split("\n")) {
    const last = lines.at(-1) ?? "";
    const goesOn = last.length > 60 && /^[^\s-]/.test(last) && /^[^\s-]/.test(line);
    if (goesOn) lines[lines.length - 1] = `${last} ${line}`;
    else lines.push(line);
  }
  return lines.join("\n").replace(/\n{3,}/g, "\n\n");
}

/** oclif trims the list as a whole, and so moves a first flag that has no letter out of its column. */
const { renderList } = CommandHelp.prototype;
CommandHelp.prototype.renderList = function renderListInColumns(input, opts) {
  const text = renderList.call(this, input, opts);
  const moved = text.startsWith("--") && /^ {4}--/m.test(text);
  return moved ? `    ${text}` : text;
};

/** The line at the top, too: a terminal breaks it within a word. */
const { showCommandHelp, summary } = Help.prototype;
Help.prototype.showCommandHelp = function showWrapped(command) {
  this.summary = (each) => {
    const text = summary.call(this, each);
    return text === undefined || each.id !== command.id ? text : this.wrap(text, 0);
  };
  return showCommandHelp.call(this, command);
};
const { formatRoot } = Help.prototype;
Help.prototype.formatRoot = function formatWrappedRoot() {
  const [first, ...rest] = formatRoot.call(this).split("\n");
  return [this.wrap(first, 0), ...rest].join("\n");
};

/** A command stays on one line, however long: what a terminal wraps by itself can be pasted. */
CommandHelp.prototype.examples = function examples(all) {
  // One that its author broke goes on after a backslash.
  const commandLine = (text) => this.formatIfCommand(text).replaceAll("\n", " \\\n");
  const list = [all ?? []].flat();
  if (list.length === 0) return undefined;
  return list
    .map((example) =>
      typeof example === "string"
        ? commandLine(example)
        : `${this.wrap(example.description, this.indentSpacing * 2)}\n\n${this.indent(commandLine(example.command))}`,
    )
    .join(list.some((example) => typeof example !== "string") ? "\n\n" : "\n");
};

/** Between words only: a word longer than the line is a flag or an address, and is of no use in pieces. */
CommandHelp.prototype.wrap = wrap;
Help.prototype.wrap = wrap;

function wrap(body, spacing = this.indentSpacing) {
  const width = Math.max(20, this.opts.maxWidth - spacing);
  return this.render(body)
    .split("\n")
    .map((line) => {
      const [indent] = /^ */.exec(line);
      let text = indent;
      let used = indent.length;
      for (const word of wordsOf(line.slice(indent.length), width)) {
        if (used > indent.length && used + 1 + word.length > width) {
          text += `\n${word}`;
          used = word.length;
        } else {
          const blank = text === indent ? "" : " ";
          text += blank + word;
          used += blank.length + word.length;
        }
      }
      return text;
    })
    .join("\n");
}

/** A list of choices that is longer than the line breaks between them. */
function wordsOf(line, width) {
  return line.split(" ").flatMap((word) => {
    if (word.length <= width || !word.includes("|")) return [word];
    const choices = word.split("|");
    return choices.map((choice, index) => (index < choices.length - 1 ? `${choice},` : choice));
  });
}
