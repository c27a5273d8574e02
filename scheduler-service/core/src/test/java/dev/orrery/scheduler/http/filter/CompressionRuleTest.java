package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionRuleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "deflate, GZIP;q=0.5, br | true",
        "gzip, deflate, br, zstd | true",
        "* | true",
        "*;q=0 | false",
        "gzip;q=0, * | false",
        "gzip;q=0.0 | false",
        "gzip; q=1 | true",
        "gzip;q=much | false",
        "br | false",
        "identity | false",
        "x-gzip-of-mine | false",
        "'' | false",
        " | false",
      })
  void parsesAcceptEncodingHeader(String header, boolean accepted) {
    assertThat(CompressionRule.accepts(header)).isEqualTo(accepted);
  }
}
