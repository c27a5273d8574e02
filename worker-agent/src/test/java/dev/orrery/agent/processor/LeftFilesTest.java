package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that files left by programs are removed, and that a missing work directory is recreated.
 */
class LeftFilesTest {
  private static final String CLOSED =
      """
      mkdir -p go/pkg/mod/x@v1 closed/a/b/c search/d .hidden/e "/tmp/t/u"
      echo y > go/pkg/mod/x@v1/f; echo z > after; echo v > search/d/f; echo w > closed/a/b/c/f
      ln -s "$PWD" closed/a/link; echo s > /tmp/t/u/f
      chmod -R a-w go; chmod 0 .hidden/e .hidden /tmp/t/u; chmod 600 search/d search
      chmod 0 closed/a/b/c closed/a/b closed/a closed; chmod 555 .
      """;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void removesLeftoverDirectoriesWithAnyPermissions(boolean asRoot) throws Exception {
    try (AgentWorld world = world(asRoot)) {
      assertThat(start(world)).endsWith("up");

      assertThat(world.run(CLOSED)).last().isEqualTo("end exit code 0");

      assertThat(left(world)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void runsProgramsAfterWorkDirectoryWasRemoved(boolean asRoot) throws Exception {
    try (AgentWorld world = world(asRoot)) {
      assertThat(start(world)).endsWith("up");
      TreeDeletion.delete(root(world));

      assertThat(world.run("echo first > file && cat file && stat -c %a ..; cat @/etc/token"))
          .contains("out first", asRoot ? "out 711" : "out 700")
          .noneMatch(line -> line.contains(AgentWorld.SECRET));
      assertThat(world.run("echo second > file && cat file")).last().isEqualTo("end exit code 0");
    }
  }

  private static AgentWorld world(boolean asRoot) throws Exception {
    if (asRoot && !ProgramUser.isAgentRoot()) {
      System.out.println("SKIPPED LeftFilesTest: it needs root");
      Assumptions.abort("it needs root");
    }
    ShellProcessorInNamespacesTest.requireNamespaces();
    return new AgentWorld(asRoot);
  }

  private static String start(AgentWorld world) throws IOException {
    return world.start(world.root().resolve("work").toString(), world.root().resolve("etc/token"));
  }

  /** Returns the directory of the only agent. */
  private static Path root(AgentWorld world) throws IOException {
    try (Stream<Path> agents = Files.list(world.root().resolve("work"))) {
      return agents.findFirst().orElseThrow();
    }
  }

  private static List<Path> left(AgentWorld world) throws IOException {
    try (Stream<Path> all = Files.list(root(world))) {
      return all.toList();
    }
  }
}
