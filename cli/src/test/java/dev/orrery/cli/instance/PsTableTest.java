package dev.orrery.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.Terminal;
import dev.orrery.cli.view.TimeText;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the table of {@code ps} at common terminal widths. */
class PsTableTest {
  private static final String PAGE =
      """
      {"items":[
        {"id":"249526903944249346","job":"import","state":"RUNNING","attempt":1,
         "dueAt":"2027-01-01T00:00:00Z","startedAt":"2027-01-01T00:00:00Z","worker":"billing-7d9f",
         "progress":{"percent":35,"message":"row 14 of 40"}},
        {"id":"249526902962782209","job":"report","state":"WAITING","attempt":0,
         "dueAt":"2027-01-01T00:00:00Z","waitingFor":"NO_MATCHING_WORKER",
         "processor":"java:import-orders","requiredTags":["eu","gpu"],
         "missing":{"processor":"java:import-orders","tags":[]}},
        {"id":"249526896440639488","job":"nightly-export","state":"SUCCEEDED","attempt":1,
         "dueAt":"2027-01-01T00:00:00Z","startedAt":"2027-01-01T00:00:00Z",
         "endedAt":"2027-01-01T00:00:02.5Z","worker":"billing-7d9f","result":"exit code 0"}]}
      """;

  @ParameterizedTest
  @CsvSource({
    "120, ID JOB STATE ATTEMPT AGE DURATION WORKER DETAIL",
    "80,  ID JOB STATE AGE DETAIL",
    "60,  ID JOB STATE DETAIL",
  })
  void dropsLessImportantColumnsInNarrowTerminals(int width, String columns)
      throws JsonProcessingException {
    List<String> lines = lines(width);

    assertThat(lines.get(0).split(" +")).containsExactly(columns.split(" "));
    assertThat(lines).allMatch(line -> line.length() <= width);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 120})
  void printsIdsNamesAndStatesInFull(int width) throws JsonProcessingException {
    List<String> lines = lines(width);

    assertThat(lines.get(1)).startsWith("249526903944249346  import          RUNNING    ");
    assertThat(lines.get(2)).startsWith("249526902962782209  report          WAITING    ");
    assertThat(lines.get(3)).startsWith("249526896440639488  nightly-export  SUCCEEDED  ");
  }

  @Test
  void truncatesDetailOnlyInNarrowTerminals() throws JsonProcessingException {
    assertThat(lines(Integer.MAX_VALUE).get(2))
        .endsWith("no connected worker has the processor (job code) java:import-orders");
    assertThat(lines(80).get(2)).endsWith("  no connected worker ha…");
    assertThat(lines(60).get(2)).endsWith("  no connected…");
  }

  @Test
  void showsAgeOfStartedInstanceAsZeroWhenClockIsBehind() throws JsonProcessingException {
    List<String> lines = lines(120, "2026-12-31T23:59:59Z");

    assertThat(lines.get(1)).contains("  0ms ago  ");
    assertThat(lines.get(2)).contains("  in 1s  ");
    assertThat(lines.get(3)).contains("  0ms ago  ");
  }

  private static List<String> lines(int width) throws JsonProcessingException {
    return lines(width, "2027-01-01T00:00:12Z");
  }

  private static List<String> lines(int width, String now) throws JsonProcessingException {
    Terminal terminal = new Terminal(true, false, width);
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    TimeText times = new TimeText(Instant.parse(now), ZoneOffset.UTC, false);
    return PsCommand.table(
            new ObjectMapper().readTree(PAGE), new CommandOutput(nowhere, nowhere, terminal, times))
        .lines(terminal);
  }
}
