package dev.orrery.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.bench.measure.DatabaseCost;
import dev.orrery.bench.measure.Measurement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static ScenarioResult rates(String scenario, double... rates) {
    return ScenarioResult.of(
        scenario,
        Arrays.stream(rates)
            .mapToObj(rate -> Measurement.of(rate, new DatabaseCost(rate / 1000, 0.5, 1200)))
            .toList());
  }

  @Test
  void reportsMedianOfRoundsAndWorstLossCount() {
    ScenarioResult result =
        ScenarioResult.of(
            "throughput",
            List.of(
                Measurement.of(30, new DatabaseCost(3, 1, 10))
                    .with("p50Millis", 9)
                    .worst("lost", 0),
                Measurement.of(10, new DatabaseCost(1, 3, 30))
                    .with("p50Millis", 7)
                    .worst("lost", 2),
                Measurement.of(20, new DatabaseCost(2, 2, 20))
                    .with("p50Millis", 8)
                    .worst("lost", 1)));

    assertThat(result.perSecond()).isEqualTo(20);
    assertThat(result.cost()).isEqualTo(new DatabaseCost(2, 2, 20));
    assertThat(result.figures()).containsEntry("p50Millis", 8.0).containsEntry("lost", 2.0);
    assertThat(result.rates()).containsExactly(30.0, 10.0, 20.0);
    assertThat(new BenchReport(List.of(result)).isSomethingLost()).isTrue();
  }

  @Test
  void writesRatesAndRatiosOfThisRunAsJson() throws Exception {
    BenchReport report =
        new BenchReport(
            List.of(
                rates("throughput", 900, 1000, 1100),
                rates("raw-own", 2000),
                rates("raw-bare", 8000),
                rates("db-scheduler", 500)));

    JsonNode json = new ObjectMapper().readTree(report.toJson().toString());

    assertThat(json.fieldNames()).toIterable().containsExactly("scenarios");
    assertThat(json.get("scenarios")).hasSize(4);
    JsonNode first = json.at("/scenarios/0");
    assertThat(first.get("scenario").asText()).isEqualTo("throughput");
    assertThat(first.get("perSecond").asDouble()).isEqualTo(1000);
    assertThat(first.get("ratioToRawOwn").asDouble()).isEqualTo(0.5);
    assertThat(first.get("ratioToRawBare").asDouble()).isEqualTo(0.125);
    assertThat(first.get("ratioToDbScheduler").asDouble()).isEqualTo(2);
    assertThat(first.get("statementsPerInstance").asDouble()).isEqualTo(1);
    assertThat(first.get("commitsPerInstance").asDouble()).isEqualTo(0.5);
    assertThat(first.get("walBytesPerInstance").asDouble()).isEqualTo(1200);
    assertThat(first.get("perSecondOfRounds")).hasSize(3);
    assertThat(report.isSomethingLost()).isFalse();
  }

  @Test
  void writesNullForInapplicableFigures() {
    BenchReport report =
        new BenchReport(
            List.of(
                ScenarioResult.of(
                    "idle", List.of(Measurement.withoutRate(null).with("jobs", 10_000))),
                rates("throughput", 1000)));

    JsonNode idle = report.toJson().at("/scenarios/0");
    JsonNode throughput = report.toJson().at("/scenarios/1");

    assertThat(idle.get("perSecond").isNull()).isTrue();
    assertThat(idle.get("statementsPerInstance").isNull()).isTrue();
    assertThat(idle.get("jobs").asInt()).isEqualTo(10_000);
    assertThat(idle.get("perSecondOfRounds")).isEmpty();
    assertThat(throughput.get("ratioToRawOwn").isNull()).isTrue();
  }

  @Test
  void printsTableRowAndFiguresForEachScenario() {
    String table =
        ReportTable.of(
            new BenchReport(
                List.of(
                    rates("throughput", 1000),
                    rates("raw-own", 4000),
                    ScenarioResult.of(
                        "latency",
                        List.of(Measurement.withoutRate(null).with("p99Millis", 12.345))))));

    assertThat(table)
        .containsPattern("throughput +1,000 +0\\.25 x +- +- +1 +0\\.500 +1,200")
        .containsPattern("latency +- +- +- +- +- +- +-")
        .containsPattern("p99Millis +12\\.3");
  }
}
