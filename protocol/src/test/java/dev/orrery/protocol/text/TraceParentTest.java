package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String VALUE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @ParameterizedTest
  @ValueSource(
      strings = {
        VALUE,
        "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff",
        "00-00000000000000000000000000000001-0000000000000001-00"
      })
  void acceptsValidTrace(String value) {
    assertThat(TraceParent.of(Map.of(TraceParent.PARAMETER, value), 1))
        .contains(new TraceParent(value, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "null",
        "00",
        "00-",
        "---",
        "00---",
        "00-4bf92f3577b34da6a3ce929d0e0e4736",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\r",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX-Evil: 1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-٠١",
        "00-４bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-'; drop table instance; --aaaaaaa-00f067aa0ba902b7-01",
        "00-${parameters.x}aaaaaaaaaaaaaaaaa-00f067aa0ba902b7-01",
        "00-$(touch /tmp/x)aaaaaaaaaaaaaaaaa-00f067aa0ba902b7-01"
      })
  void ignoresInvalidTrace(String value) {
    assertThat(TraceParent.isValid(value)).isFalse();
    assertThat(TraceParent.of(Map.of(TraceParent.PARAMETER, value), 1)).isEmpty();
    assertThat(TraceParent.of(Map.of(TraceParent.LINK_PARAMETER, value), 1)).isEmpty();
    assertThat(TraceParent.linkOf(Map.of(TraceParent.PARAMETER, value))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "orrery.traceparent, 1, false",
    "orrery.traceparent, 2, true",
    "orrery.tracelink,   1, true",
    "orrery.tracelink,   2, true"
  })
  void linksAllButFirstAttemptOfSubmittedRun(String parameter, int attempt, boolean isLink) {
    assertThat(TraceParent.of(Map.of(parameter, VALUE), attempt))
        .contains(new TraceParent(VALUE, isLink));
  }

  @ParameterizedTest
  @ValueSource(strings = {TraceParent.PARAMETER, TraceParent.LINK_PARAMETER})
  void hidesTraceAndPassesItOnAsLink(String parameter) {
    Map<String, String> parameters = Map.of(parameter, VALUE, "region", "eu");

    assertThat(TraceParent.hide(parameters)).isEqualTo(Map.of("region", "eu"));
    assertThat(TraceParent.linkOf(parameters)).isEqualTo(Map.of("orrery.tracelink", VALUE));
  }

  @Test
  void returnsSameParametersWithoutTrace() {
    Map<String, String> parameters = Map.of("region", "eu", "orrery.other", "x");

    assertThat(TraceParent.hide(parameters)).isSameAs(parameters);
    assertThat(TraceParent.of(parameters, 1)).isEmpty();
    assertThat(TraceParent.linkOf(parameters)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "orrery.traceparent, true",
    "orrery., true",
    "orrery, false",
    "Orrery.x, false",
    "orreryx, false",
    "x.orrery., false"
  })
  void reservesParameterPrefix(String parameter, boolean isReserved) {
    assertThat(TraceParent.isReserved(parameter)).isEqualTo(isReserved);
  }
}
