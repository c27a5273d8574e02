package dev.orrery.it.chaos.world;

import dev.orrery.testing.PluginJar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The programs of the processes. */
final class Programs {
  private Programs() {}

  /** JVM options for a small heap, because there are many processes. */
  static List<String> machine(String heap) {
    return List.of("-Xss512k", "-Xmx" + heap);
  }

  /**
   * Creates the processor of all jobs. It writes its start and end to a journal before it informs
   * the agent, so the journal is correct whatever happens to the agent. It also records app, job
   * and document; its result names the attempt.
   */
  static Path plugin(Path directory) throws IOException {
    return new PluginJar()
        .source(
            "chaos.Journal",
            """
            package chaos;
            import java.io.FileOutputStream;
            import java.nio.charset.StandardCharsets;
            final class Journal {
              // Not a channel: that of an attempt which is interrupted is closed for all others.
              private static final FileOutputStream FILE = open();
              private static FileOutputStream open() {
                try {
                  return new FileOutputStream(System.getProperty("chaos.journal"), true);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
              static synchronized void write(String line) throws java.io.IOException {
                FILE.write((line + "\\n").getBytes(StandardCharsets.UTF_8));
              }
            }
            """)
        .processor(
            "chaos.Chaos",
            "chaos",
            """
            String mark = context.instance() + " " + context.attempt() + " ";
            Journal.write("start " + mark + System.nanoTime() + " " + System.currentTimeMillis()
                + " " + System.getProperty("chaos.app") + "/" + context.job()
                + " " + context.jobVersion() + " " + context.parameters().get("marker"));
            try {
              String sleep = context.parameters().get("sleep");
              if (sleep != null) {
                Thread.sleep(Long.parseLong(sleep));
              }
              String fails = context.parameters().get("failsOneOf");
              int dice = Long.hashCode(context.instance() * 0x9E3779B97F4A7C15L
                  + context.attempt() * 0xBF58476D1CE4E5B9L) >>> 1;
              if (fails != null && dice % Integer.parseInt(fails) == 0) {
                throw new dev.orrery.worker.AttemptFailedException(
                    "failed " + context.instance() + "/" + context.attempt());
              }
              return context.instance() + "/" + context.attempt();
            } finally {
              Journal.write("end " + mark + System.nanoTime() + " 0");
            }
            """)
        .write(directory.resolve("plugins/chaos.jar"));
  }
}
