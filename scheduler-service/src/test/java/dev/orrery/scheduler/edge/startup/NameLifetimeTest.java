package dev.orrery.scheduler.edge.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests how long the JVM caches successful and failed host name lookups. */
class NameLifetimeTest {

  /** In a JVM of its own, because the first name that is resolved fixes them. */
  static final class Program {
    private Program() {}

    public static void main(String... args) throws ReflectiveOperationException {
      Main.shortenLifetimeOfNames();
      Class<?> policy = Class.forName("sun.net.InetAddressCachePolicy");
      System.out.println(
          policy.getMethod("get").invoke(null)
              + " "
              + policy.getMethod("getNegative").invoke(null));
    }
  }

  @Test
  void cachesHostAddressesForFiveSecondsAndFailedLookupsForOne() throws IOException {
    assertThat(lifetimes()).isEqualTo("5 1");
  }

  @Test
  void keepsDnsCacheLifetimeSetByUser() throws IOException {
    assertThat(lifetimes("-Dsun.net.inetaddr.ttl=60")).isEqualTo("60 10");
  }

  private static String lifetimes(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-exports=java.base/sun.net=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(options));
    command.add(Program.class.getName());
    Process program =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      return new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } finally {
      program.destroyForcibly();
    }
  }
}
