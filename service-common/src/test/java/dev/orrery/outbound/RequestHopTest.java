package dev.orrery.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks which headers a redirect keeps. */
class RequestHopTest {
  private static final Map<String, String> HEADERS =
      Map.of("Authorization", "a", "X-Api-Key", "k", "Accept", "a/b");

  /** An origin is scheme, host and port; each row changes at most one of them. */
  @ParameterizedTest
  @CsvSource({
    "http://a.test/x, /to, true",
    "http://a.test/x, http://A.test/to, true",
    "http://a.test/x, http://a.test:80/to, true",
    "http://a.test:80/x, //a.test/to, true",
    "http://a.test:8080/x, http://a.test:8080/to, true",
    "https://a.test/x, https://a.test:443/to, true",
    "http://[::1]:8080/x, http://[::1]:8080/to, true",
    "http://a.test/x, http://b.test/to, false",
    "http://a.test/x, http://sub.a.test/to, false",
    "http://a.test/x, http://a.test.b.test/to, false",
    "http://a.test/x, http://a.test:8080/to, false",
    "http://a.test:8080/x, http://a.test/to, false",
    "http://a.test:8080/x, //a.test:8081/to, false",
    "https://a.test/x, https://a.test:8443/to, false",
    "http://a.test/x, https://a.test/to, false",
    "http://a.test:8443/x, https://a.test:8443/to, false",
    "http://[::1]:8080/x, http://[::2]:8080/to, false"
  })
  void keepsSecretHeadersOnlyWithinSameOrigin(String url, String location, boolean keeps)
      throws Exception {
    RequestHop next = RequestHop.first(request(url)).redirected(307, location);

    assertThat(next.headers()).containsEntry("Accept", "a/b");
    assertThat(next.headers().containsKey("Authorization")).isEqualTo(keeps);
    assertThat(next.headers().containsKey("X-Api-Key")).isEqualTo(keeps);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://b.test/", "http://a.test:8080/"})
  void omitsSecretHeadersAfterReturnToFirstOrigin(String elsewhere) throws Exception {
    RequestHop back =
        RequestHop.first(request("http://a.test/x"))
            .redirected(302, elsewhere)
            .redirected(302, "http://a.test/x");

    assertThat(back.headers()).containsOnlyKeys("Accept");
  }

  @ParameterizedTest
  @CsvSource({
    "307, http://b.test/to, true",
    "308, http://a.test:81/to, true",
    "302, https://a.test/to, false",
    "303, http://b.test/to, false",
    "307, /to, false"
  })
  void keepsSecretBodyWithinSameOrigin(int status, String location, boolean refused)
      throws Exception {
    RequestHop first =
        RequestHop.first(
            new OutboundRequest(
                "POST",
                URI.create("http://a.test/x"),
                HEADERS,
                Optional.of("secret"),
                true,
                Duration.ofSeconds(1),
                3,
                100,
                1));
    if (refused) {
      assertThatThrownBy(() -> first.redirected(status, location))
          .isInstanceOf(OutboundException.class)
          .hasMessageContaining("the body has a secret");
    } else {
      assertThat(first.redirected(status, location).body().isPresent()).isEqualTo(status == 307);
    }
  }

  private static OutboundRequest request(String url) {
    return new OutboundRequest(
        "GET", URI.create(url), HEADERS, Optional.empty(), Duration.ofSeconds(1), 3, 100, 1);
  }
}
