import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { kafkaJars } from "../../../src/runtime/stack/engines/local/kafka-jars.ts";

/** Running from source takes a JDK; the engine itself is content with a runtime. */
export const jdkIsThere = (() => {
  try {
    return execFileSync("java", ["--list-modules"], { encoding: "utf8" }).includes("jdk.compiler");
  } catch {
    return false;
  }
})();

export interface JavaMember {
  leave(): Promise<void>;
}

/** A member of the group that is Kafka's own client; resolves when it has joined. */
export async function joinAsJava(of: {
  readonly brokers: string | undefined;
  readonly topic: string;
  readonly group: string;
  readonly kind: "classic" | "consumer" | "share";
}): Promise<JavaMember> {
  const { classpath } = await kafkaJars(AbortSignal.timeout(300_000), () => {});
  const source = fileURLToPath(new URL("JoinGroup.java", import.meta.url));
  const args = ["-XX:TieredStopAtLevel=1", "-cp", classpath, source];
  const member = execa("java", [...args, of.brokers ?? "", of.topic, of.group, of.kind], {
    timeout: 100_000,
    reject: false,
  });
  await new Promise<void>((resolve, reject) => {
    member.stdout.on("data", (data: Buffer) => {
      if (data.toString().includes("joined")) resolve();
    });
    void member.then(({ stderr }) => reject(new Error(`ended: ${stderr.slice(-500)}`)));
  });
  return {
    async leave() {
      member.stdin.end("\n");
      await member;
    },
  };
}
