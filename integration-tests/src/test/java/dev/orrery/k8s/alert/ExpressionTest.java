package dev.orrery.k8s.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.k8s.alert.History.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private final History history = new History();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up == 0",
        "min(orrery_sessions)",
        "sum(orrery_sessions) without (pod)",
        "orrery_sessions >= 1",
        "orrery_sessions == bool 1",
        "orrery_sessions > 1 and orrery_instances > 1",
        "orrery_sessions > 1 or vector(1)",
        "orrery_sessions{protocol!=\"http\"} > 1",
        "orrery_sessions{protocol=~\"http\"} > 1",
        "rate(orrery_sessions_expired_total) > 0",
        "rate(orrery_sessions_expired_total[5m] offset 5m) > 0",
        "rate(orrery_sessions_expired_total[5m:1m]) > 0",
        "sum(orrery_sessions) > sum(orrery_instances)",
        "absent(orrery_sessions[5m])",
        "count_over_time(orrery_sessions) > 0",
        "orrery_sessions unless on (pod) orrery_instances",
        "orrery_sessions * 2 > 1"
      })
  void refusesFormsThatItDoesNotKnow(String text) {
    assertThatThrownBy(() -> ExpressionParser.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Not a form that is known here: ");
  }

  @Test
  void refusesLinesThatAreNoValues() {
    assertThatThrownBy(() -> Sample.read("orrery_sessions{protocol=http} 1", "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("protocol=http");
  }

  /** Rounds are 8 s apart. One of the counters is reset in the second round. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "orrery_worker_connected == 0                        | {pod=b}=0.0",
        "max(orrery_oldest_ready_age_seconds) > 60                  | ",
        "max(orrery_oldest_ready_age_seconds) > 6                   | {}=7.0",
        "count(orrery_oldest_ready_age_seconds != orrery_oldest_ready_age_seconds) > 0 | {}=1.0",
        "orrery_oldest_ready_age_seconds == orrery_oldest_ready_age_seconds | {pod=a}=7.0",
        "absent(orrery_oldest_ready_age_seconds)                    | ",
        "absent(orrery_of_none)                              | {}=1.0",
        "sum(increase(orrery_sessions_expired_total[10m]))        | {}=5.0",
        "increase(orrery_sessions_expired_total[10m]) > 2         | {pod=a}=3.0",
        "rate(orrery_sessions_expired_total[5m]) > 0.25           | {pod=a}=0.375",
        "sum by (code) (increase(orrery_refused_total[10m])) > 0 | {code=x}=4.0",
        "sum(increase(orrery_refused_total{code=\"y\"}[10m])) > 0 | ",
        "sum by (pod, code) (increase(orrery_refused_total[10m])) > 0 | {code=x, pod=a}=4.0",
        "count_over_time(orrery_sessions_expired_total[10m]) > 1  | {pod=a}=2.0, {pod=b}=2.0",
        "orrery_oldest_ready_age_seconds unless orrery_worker_connected | ",
        "orrery_worker_connected unless orrery_refused_total | {pod=a}=1.0, {pod=b}=0.0",
        "increase(orrery_new_total[10m]) > 0                 | ",
        "histogram_quantile(0.5, sum by (le) (rate(orrery_late_bucket[5m]))) > 0 | {}=2.0",
        "histogram_quantile(0.99, sum by (le) (rate(orrery_late_bucket[5m]))) > 0 | {}=3.0",
        "histogram_quantile(0.99, rate(orrery_idle_bucket[5m])) > 0 | "
      })
  void saysWhatPrometheusWould(String text, String expected) {
    history.add(
        round(
            0,
            """
            orrery_sessions_expired_total 1
            orrery_refused_total{code="x"} 1
            orrery_refused_total{code="y"} 1
            orrery_late_bucket{le="1.0"} 0
            orrery_late_bucket{le="3.0"} 0
            orrery_late_bucket{le="+Inf"} 0
            orrery_idle_bucket{le="1.0"} 5
            orrery_idle_bucket{le="+Inf"} 5
            """,
            "orrery_sessions_expired_total 9\n"));
    history.add(
        round(
            8,
            """
            # TYPE orrery_sessions_expired_total counter
            orrery_sessions_expired_total 4
            orrery_refused_total{code="x"} 5
            orrery_refused_total{code="y"} 1
            orrery_new_total 3
            orrery_oldest_ready_age_seconds 7.0
            orrery_worker_connected 1.0
            orrery_late_bucket{le="1.0"} 2
            orrery_late_bucket{le="3.0"} 6
            orrery_late_bucket{le="+Inf"} 8
            orrery_idle_bucket{le="1.0"} 5
            orrery_idle_bucket{le="+Inf"} 5
            """,
            """
            orrery_sessions_expired_total 2
            orrery_oldest_ready_age_seconds NaN
            orrery_worker_connected 0.0
            """));

    Map<Map<String, String>, Double> values = ExpressionParser.parse(text.strip()).in(history);

    assertThat(values).hasToString("{" + (expected == null ? "" : expected.strip()) + "}");
  }

  @Test
  void whatWasNotThereInTheLastRoundIsGone() {
    history.add(round(0, "orrery_sessions 1\n", ""));
    history.add(round(8, "", ""));

    assertThat(ExpressionParser.parse("absent(orrery_sessions)").in(history)).isNotEmpty();
    assertThat(ExpressionParser.parse("orrery_sessions == 1").in(history)).isEmpty();
  }

  /** Uses the expression of the alert OrrerySchedulerDown. */
  @Test
  void oneNamespaceThatIsGoneIsNotHiddenByAnother() {
    String text =
        "count by (pod) (count_over_time(orrery_sessions[1h])) unless count by (pod)"
            + " (orrery_sessions)";
    history.add(round(0, "orrery_sessions 1\n", "orrery_sessions 1\n"));
    assertThat(ExpressionParser.parse(text).in(history)).isEmpty();

    history.add(round(8, "orrery_sessions 1\n", ""));

    assertThat(ExpressionParser.parse(text).in(history)).hasToString("{{pod=b}=1.0}");
    assertThat(ExpressionParser.parse("absent(orrery_sessions)").in(history)).isEmpty();
  }

  private static Round round(int seconds, String ofA, String ofB) {
    List<Sample> samples = new ArrayList<>(Sample.read(ofA, "a"));
    samples.addAll(Sample.read(ofB, "b"));
    return new Round(Duration.ofSeconds(seconds), samples);
  }
}
