package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.LogReader;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Follows a live log while the scheduler is killed. */
// Waits for minutes, so not the last one, which would run alone.
@Order(4)
@Tag("thorough")
class LiveLogIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LINES = 400;

  @Tag("builds")
  @Test
  void resumesLiveLogWithoutGapsOrDuplicatesAfterSchedulerRestart() throws Exception {
    try (Stack stack = new Stack("live-log")) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.startAgent();
      stack
          .api()
          .putJob(
              Stack.APP,
              "chatty",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"i=0; while [ $i -lt "
                  + LINES
                  + " ]; do echo line $i; i=$((i+1)); sleep 0.05; done\"}}");
      String id = stack.api().run(Stack.APP, "chatty");
      LogReader first = stack.follow(id);
      LogReader second = stack.follow(id);
      Await.until(
          "both read",
          Duration.ofSeconds(20),
          () -> first.data().size() > 40 && second.data().size() > 40);

      scheduler.kill();
      int whenKilled = first.data().size();
      stack.startScheduler();

      Await.until(
          "both have seen the end",
          Duration.ofSeconds(90),
          () -> first.hasEnded() && second.hasEnded());
      assertThat(whenKilled).isLessThan(LINES);
      assertThat(first.connections()).isGreaterThan(1);
      assertThat(second.connections()).isGreaterThan(1);
      List<String> written = IntStream.range(0, LINES).mapToObj(n -> "line " + n).toList();
      assertThat(texts(first)).isEqualTo(written);
      assertThat(texts(second)).isEqualTo(written);
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      assertThat(stack.api().state(id)).isEqualTo("SUCCEEDED");
    }
  }

  @Tag("builds")
  @Test
  void stopsSchedulerDespiteLogFollowers() {
    try (Stack stack = new Stack("live-stop", "-Dorrery.shutdown.timeout=30s")) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.startAgent();
      stack
          .api()
          .putJob(
              Stack.APP,
              "long",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"echo begun; exec sleep 60\"}}");
      LogReader reader = stack.follow(stack.api().run(Stack.APP, "long"));
      Await.until("it reads", Duration.ofSeconds(20), () -> !reader.data().isEmpty());

      scheduler.terminate();

      scheduler.awaitExit(Duration.ofSeconds(20));
      assertThat(reader.hasEnded()).isFalse();
    }
  }

  @Tag("builds")
  @Test
  @AtNight
  void deliversWholeLogOfRunThatEndsDuringSchedulerOutage() throws Exception {
    int lines = 10_000;
    try (Stack stack = new Stack("log-outage")) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.startAgent();
      stack
          .api()
          .putJob(
              Stack.APP,
              "chatty",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"echo first; sleep 3; seq 2 "
                  + lines
                  + "\"}}");
      String id = stack.api().run(Stack.APP, "chatty");
      stack.api().awaitState(id, "RUNNING", Duration.ofSeconds(20));
      scheduler.kill();

      // Longer than the script runs, a report would wait for its lines, and a lease.
      Await.pass(Duration.ofSeconds(60));
      stack.startScheduler();

      long back = System.nanoTime();
      stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(60));
      LogReader reader = stack.follow(id);
      Await.until("the log has ended", Duration.ofSeconds(60), reader::hasEnded);
      List<String> written = new ArrayList<>(List.of("first"));
      IntStream.rangeClosed(2, lines).forEach(n -> written.add(Integer.toString(n)));
      assertThat(texts(reader)).isEqualTo(written);
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      System.out.printf(
          "LiveLogIT: scheduler away for 60 s, all %d lines read %.1f s after its return%n",
          lines, Duration.ofNanos(System.nanoTime() - back).toMillis() / 1000.0);
    }
  }

  @Test
  void marksLogLinesLostWithKilledAgent() throws Exception {
    int lines = 10_000;
    try (Stack stack = new Stack("log-agent-kill", Leases.options())) {
      ProgramProcess scheduler = stack.startScheduler();
      ProgramProcess agent = stack.startAgent();
      Path written = stack.directory().resolve("written");
      stack
          .api()
          .putJob(
              Stack.APP,
              "chatty",
              ("{\"processor\":{\"type\":\"shell\",\"script\":\"echo first; if [ $ORRERY_ATTEMPT = 1 ];"
                      + " then while [ ! -f %1$s.go ]; do sleep 0.1; done; fi; seq 2 %2$d;"
                      + " if [ $ORRERY_ATTEMPT = 1 ]; then touch %1$s; exec sleep 30; fi\"}}")
                  .formatted(written, lines));
      String id = stack.api().run(Stack.APP, "chatty");
      LogReader before = stack.follow(id);
      Await.until("a line has arrived", Duration.ofSeconds(20), () -> !before.data().isEmpty());
      scheduler.kill();
      Files.createFile(Path.of(written + ".go"));
      Await.until("all is written", Duration.ofSeconds(20), () -> Files.exists(written));

      agent.kill();
      stack.startScheduler();
      stack.startAgent();

      stack.api().awaitState(id, "SUCCEEDED", Leases.untilTakenOver());
      LogReader reader = stack.follow(id);
      Await.until("the log has ended", Duration.ofSeconds(60), reader::hasEnded);
      List<String> whole =
          new ArrayList<>(
              List.of(
                  "first",
                  "incomplete: the worker was lost, and with it the lines that it had not sent",
                  "first"));
      IntStream.rangeClosed(2, lines).forEach(n -> whole.add(Integer.toString(n)));
      assertThat(texts(reader)).isEqualTo(whole);
      assertThat(JSON.readTree(reader.data().get(1)).get("attempt").asInt()).isEqualTo(1);
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(2);
    }
  }

  private static List<String> texts(LogReader reader) throws Exception {
    List<String> texts = new ArrayList<>();
    for (String data : reader.data()) {
      texts.add(JSON.readTree(data).get("text").asText());
    }
    return texts;
  }
}
