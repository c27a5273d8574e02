package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks which classes of a protocol packaged processes actually load. */
@Tag("thorough")
class InactiveProtocolIT {
  private static final Duration SECONDS = Duration.ofSeconds(40);
  private static final Pattern OF_AKKA =
      Pattern.compile(
          "(org\\.apache\\.pekko|com\\.typesafe|scala|dev\\.orrery\\.transport\\.akka)\\.\\S+");

  @Test
  void loadsNoAkkaClassesWhenOnlyHttpIsActive() throws IOException {
    try (Stack stack = new Stack("classes-http")) {
      Path ofScheduler = stack.directory().resolve("scheduler-classes");
      Path ofAgent = stack.directory().resolve("agent-classes");
      stack.launchScheduler(logging(ofScheduler));
      stack.useScheduler();
      stack.startAgent(logging(ofAgent));
      runAJob(stack);

      assertThat(ofAkka(ofScheduler)).isEmpty();
      assertThat(ofAkka(ofAgent)).isEmpty();
      assertThat(loaded(ofScheduler)).contains("dev.orrery.scheduler.");
      assertThat(loaded(ofAgent)).contains("dev.orrery.agent.");
    }
  }

  /** Proves that the test above can fail. */
  @Test
  void loadsAkkaClassesOnBothSidesWhenAkkaIsActive() throws IOException {
    try (Stack stack = new Stack("classes-akka")) {
      Path ofScheduler = stack.directory().resolve("scheduler-classes");
      Path ofAgent = stack.directory().resolve("agent-classes");
      stack.launchScheduler(
          logging(ofScheduler),
          "-Dorrery.protocols.active=akka",
          "-Dorrery.protocols.akka.port=" + Ports.free());
      stack.useScheduler();
      stack.startAgentAt(
          stack.apiPort(),
          logging(ofAgent),
          "-Dorrery.worker.protocol=akka",
          "-Dorrery.worker.akka.port=0");
      runAJob(stack);

      assertThat(ofAkka(ofScheduler))
          .contains("org.apache.pekko.actor.ActorSystemImpl", "scala.Option");
      assertThat(ofAkka(ofAgent))
          .contains("org.apache.pekko.actor.ActorSystemImpl", "scala.Option");
    }
  }

  private static String logging(Path file) {
    return "-Xlog:class+load=info:file=" + file + ":none:filecount=0";
  }

  private static void runAJob(Stack stack) {
    stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
    stack.api().awaitState(stack.api().run(Stack.APP, "noop"), "SUCCEEDED", SECONDS);
  }

  private static String loaded(Path log) throws IOException {
    return Files.readString(log);
  }

  private static List<String> ofAkka(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(OF_AKKA::matcher).filter(Matcher::lookingAt).map(Matcher::group).toList();
    }
  }
}
