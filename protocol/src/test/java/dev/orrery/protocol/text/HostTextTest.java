package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTextTest {
  @ParameterizedTest
  @CsvSource({
    "http://my_service:8080/, my_service",
    "https://a_b.example/x?y=z, a_b.example",
    "cluster://my_replica:10020, my_replica",
    "http://münchen.example, münchen.example",
  })
  void namesHostThatJavaCannotParse(String url, String host) {
    assertThat(URI.create(url).getHost()).isNull();
    assertThat(HostText.reason(url)).startsWith("; '" + host + "' is not a host name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://host:1/a_b",
        "http://h?x=//a_b",
        "http://[::1]/",
        "http:///a",
        "a_b",
        "",
        "http://pass_word@h"
      })
  void returnsNoReasonForValidUrls(String url) {
    assertThat(HostText.reason(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "http://h | -",
        "http://h:7700/ | -",
        "http://h:65535 | -",
        "http://h:65536 | has no port from 1 to 65535",
        "http://h:0 | has no port from 1 to 65535",
        "http://h/api | has a path, a query or a fragment, which is not used. Leave it out",
        "http://h?a=b | has a path, a query or a fragment, which is not used. Leave it out",
        "http://h/#a | has a path, a query or a fragment, which is not used. Leave it out",
      })
  void namesWhatIsBeyondAddress(URI url, String mistake) {
    assertThat(HostText.beyondAddress(url)).isEqualTo(Optional.ofNullable(mistake));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "http://h:7700 | -",
        "http://h/orrery | -",
        "http://h/orrery/ | -",
        "http://h/api/v1x | -",
        "http://h/api/v1 | ends with /api/v1, which is added to it. Leave it out",
        "http://h/orrery/api/v1/ | ends with /api/v1, which is added to it. Leave it out",
        "http://h/console | ends with /console, which is added to it. Leave it out",
        "http://h:0/orrery | has no port from 1 to 65535",
        "http://h/orrery?a=b | has a path, a query or a fragment, which is not used. Leave it out",
        "http://h/orrery#a | has a path, a query or a fragment, which is not used. Leave it out",
      })
  void namesWhatIsBeyondBase(URI url, String mistake) {
    assertThat(HostText.beyondBase(url, List.of("/api/v1", "/console")))
        .isEqualTo(Optional.ofNullable(mistake));
  }
}
