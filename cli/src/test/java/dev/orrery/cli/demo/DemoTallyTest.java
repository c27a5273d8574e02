package dev.orrery.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemoTallyTest {

  @Test
  void countsRunsSucceededAfterRetriesAsSuccesses() throws JsonProcessingException {
    DemoTally tally = new DemoTally();
    tally.add(run("SUCCEEDED", 1));
    tally.add(run("SUCCEEDED", 3));
    tally.add(run("SKIPPED", 0));

    assertThat(tally.isGood()).isTrue();
    assertThat(tally)
        .hasToString(
            "3 runs ended: 2 succeeded (1 of them after retries), 0 failed, 1 skipped or canceled");
  }

  @Test
  void reportsDemoAsFailedAfterAnyFailedRun() throws JsonProcessingException {
    DemoTally tally = new DemoTally();
    tally.add(run("SUCCEEDED", 1));
    tally.add(run("TIMED_OUT", 1));

    assertThat(tally.isGood()).isFalse();
  }

  @Test
  void reportsDemoAsFailedWithoutAnyRun() {
    assertThat(new DemoTally().isGood()).isFalse();
  }

  @Test
  void measuresRunDurationFromStartToEnd() throws JsonProcessingException {
    assertThat(run("SUCCEEDED", 1).took()).isEqualTo(Duration.ofMillis(1500));
    assertThat(run("SKIPPED", 0).took()).isEqualTo(Duration.ZERO);
  }

  @Test
  void usesRunDurationMeasuredByWorkerForLateReport() throws JsonProcessingException {
    ObjectNode late = (ObjectNode) run("SUCCEEDED", 1).document();

    assertThat(EndedInstance.of(late.put("runMillis", 40)).took()).isEqualTo(Duration.ofMillis(40));
  }

  private static EndedInstance run(String state, int attempt) throws JsonProcessingException {
    String startedAt = attempt == 0 ? "null" : "\"2027-01-01T00:00:00Z\"";
    return EndedInstance.of(
        new ObjectMapper()
            .readTree(
                "{\"id\":\"1\",\"job\":\"j\",\"state\":\""
                    + state
                    + "\",\"attempt\":"
                    + attempt
                    + ",\"startedAt\":"
                    + startedAt
                    + ",\"endedAt\":\"2027-01-01T00:00:01.500Z\",\"fireTime\":null}"));
  }
}
