package dev.orrery.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {
  /** The published contract: a changed code or status breaks the scripts of users. */
  private static final Map<String, Integer> CONTRACT =
      Map.ofEntries(
          Map.entry("AMBIGUOUS_PATH", 400),
          Map.entry("MALFORMED", 400),
          Map.entry("UNAUTHENTICATED", 401),
          Map.entry("FORBIDDEN", 403),
          Map.entry("CROSS_SITE", 403),
          Map.entry("NOT_FOUND", 404),
          Map.entry("APP_NOT_FOUND", 404),
          Map.entry("JOB_NOT_FOUND", 404),
          Map.entry("INSTANCE_NOT_FOUND", 404),
          Map.entry("METHOD_NOT_ALLOWED", 405),
          Map.entry("NOT_ACCEPTABLE", 406),
          Map.entry("APP_NOT_EMPTY", 409),
          Map.entry("ALREADY_TERMINAL", 409),
          Map.entry("NOT_TERMINAL", 409),
          Map.entry("PROTOCOL_MISMATCH", 409),
          Map.entry("VERSION_MISMATCH", 409),
          Map.entry("SESSION_GONE", 409),
          Map.entry("DRAINING", 409),
          Map.entry("PRECONDITION_FAILED", 412),
          Map.entry("TOO_LARGE", 413),
          Map.entry("URI_TOO_LONG", 414),
          Map.entry("UNSUPPORTED_MEDIA_TYPE", 415),
          Map.entry("INVALID", 422),
          Map.entry("OVERLOADED", 429),
          Map.entry("HEADERS_TOO_LARGE", 431),
          Map.entry("INTERNAL", 500),
          Map.entry("UNAVAILABLE", 503),
          Map.entry("UNREACHABLE", 0),
          Map.entry("UNKNOWN", 0));

  @Test
  void matchesContractCodesAndStatuses() {
    Map<String, Integer> codes =
        Arrays.stream(ErrorCode.values())
            .collect(Collectors.toMap(ErrorCode::name, ErrorCode::status));

    assertThat(new TreeMap<>(codes)).isEqualTo(new TreeMap<>(CONTRACT));
  }

  @ParameterizedTest
  @EnumSource
  void parsesEveryCodeByItsName(ErrorCode code) {
    assertThat(ErrorCode.of(code.name())).isEqualTo(code);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "QUOTA_EXCEEDED", "invalid", " INVALID"})
  void readsUnrecognizedCodeAsUnknown(String name) {
    assertThat(ErrorCode.of(name)).isEqualTo(ErrorCode.UNKNOWN);
  }
}
