package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.ClassArchives;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that class archives match their packages, and that a start warns about one that does not.
 */
@Tag("thorough")
@AtNight
class ClassArchiveIT {
  private static final Duration MAX_START = Duration.ofMinutes(3);

  /** Makes the JVM exit if it cannot use the archive. */
  private static final String ARCHIVE_OR_NOTHING = "-Xshare:on";

  @Test
  void startsSchedulerAndAgentWithMatchingClassArchives() {
    try (Stack stack = new Stack("archive-fits")) {
      ProgramProcess scheduler =
          stack.launchScheduler(
              ARCHIVE_OR_NOTHING, option(ClassArchives.of(Builds.ownScheduler())));
      ProgramProcess agent =
          stack.launchAgent(ARCHIVE_OR_NOTHING, option(ClassArchives.of(Builds.ownAgent())));

      assertThat(started(scheduler)).doesNotContain("class archive");
      assertThat(started(agent)).doesNotContain("class archive");
    }
  }

  @Test
  void warnsOfClassArchiveBuiltForDifferentPackage() {
    Path ofAgent = ClassArchives.of(Builds.ownAgent());
    Path ofScheduler = ClassArchives.of(Builds.ownScheduler());
    try (Stack stack = new Stack("archive-of-another")) {
      ProgramProcess scheduler = stack.launchScheduler(option(ofAgent));
      ProgramProcess agent = stack.launchAgent(option(ofScheduler));

      assertThat(started(scheduler)).contains("WARN").contains(reported(ofAgent, "another path"));
      assertThat(started(agent)).contains("WARN").contains(reported(ofScheduler, "another path"));
    }
  }

  @Test
  void warnsOfMissingClassArchive() {
    Path missing = Stack.work().resolve("missing.jsa");
    try (Stack stack = new Stack("archive-missing")) {
      assertThat(started(stack.launchAgent(option(missing))))
          .contains("The class archive " + missing)
          .contains("there is no such file");
    }
  }

  private static String reported(Path archive, String why) {
    return "The class archive "
        + archive
        + " (-XX:SharedArchiveFile) is not in use, so this start was slow: it was created from jars of "
        + why;
  }

  private static String option(Path archive) {
    return "-XX:SharedArchiveFile=" + archive;
  }

  private static String started(ProgramProcess process) {
    Await.until(
        "the process has started",
        MAX_START,
        () -> {
          process.requireAlive();
          return process.output().contains("started in");
        });
    return process.output();
  }
}
