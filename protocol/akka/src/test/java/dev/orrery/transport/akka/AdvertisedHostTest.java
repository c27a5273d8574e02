package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvertisedHostTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.7, 10.0.0.7",
    "scheduler.example, scheduler.example",
    "' 10.0.0.7 ', 10.0.0.7",
    "fd00:10:244::7, [fd00:10:244::7]",
    "[fd00:10:244::7], [fd00:10:244::7]",
    "fe80::7%eth0, [fe80::7]",
    "::1, [::1]",
  })
  void formatsConfiguredHostForAkkaAddress(String stated, String host) {
    assertThat(
            AdvertisedHost.host(
                Ends.settings(
                    "0.0.0.0",
                    Optional.of(stated),
                    Optional.of(List.of("10.0.0.0/8", "fc00::/7")),
                    Optional.empty())))
        .isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource({"::1, [::1]", "127.0.0.1, 127.0.0.1"})
  void formatsBoundAddressForAkkaAddress(String bound, String host) {
    assertThat(
            AdvertisedHost.host(
                Ends.settings(bound, Optional.empty(), Optional.empty(), Optional.empty())))
        .isEqualTo(host);
  }
}
