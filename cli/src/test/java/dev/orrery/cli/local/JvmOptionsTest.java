package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
  private static final Path BIN = Path.of(System.getProperty("java.home"), "bin");

  /** A program that runs until its input ends. */
  static final class WaitingProgram {
    private WaitingProgram() {}

    public static void main(String... args) throws IOException {
      System.out.println("up");
      System.exit(System.in.read() < 0 ? 0 : 1);
    }
  }

  @Test
  void preventsOtherProcessesFromAttaching() throws Exception {
    for (List<String> options : List.of(JvmOptions.SCHEDULER, JvmOptions.AGENT)) {
      assertThat(properties(options)).as(options.toString()).doesNotContain("java.home");
    }
    // Otherwise the assertions above mean nothing.
    assertThat(properties(List.of())).contains("java.home");
  }

  private static String properties(List<String> options) throws Exception {
    if (!Files.isExecutable(BIN.resolve("jcmd"))) {
      System.out.println("SKIPPED JvmOptionsTest: this Java has no jcmd");
      Assumptions.abort("this Java has no jcmd");
    }
    List<String> command = new ArrayList<>(List.of(BIN.resolve("java").toString()));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), WaitingProgram.class.getName()));
    Process program = new ProcessBuilder(command).start();
    try {
      assertThat(program.inputReader().readLine()).isEqualTo("up");
      Process jcmd =
          new ProcessBuilder(
                  BIN.resolve("jcmd").toString(),
                  Long.toString(program.pid()),
                  "VM.system_properties")
              .redirectErrorStream(true)
              .start();
      return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      program.getOutputStream().close();
      program.waitFor();
    }
  }

  private static String classPath() throws Exception {
    return Path.of(JvmOptionsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }
}
