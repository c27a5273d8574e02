package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
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
}
