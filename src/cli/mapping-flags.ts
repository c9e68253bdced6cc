import * as Flags from "@oclif/core/flags";

/** Of the audits that can be pointed at systems which were not written with this project. */
export const mappingFlags = {
  mapping: Flags.string({
    summary:
      "what a foreign system calls its tables, fields and statuses; `orders audit map` drafts it",
    helpGroup: "FOREIGN SYSTEM",
    helpValue: "FILE",
  }),
  map: Flags.string({
    summary: "one key of it, over the file: orders.order_id=id; may be given again",
    multiple: true,
    helpGroup: "FOREIGN SYSTEM",
    helpValue: "KEY=VALUE",
  }),
};
