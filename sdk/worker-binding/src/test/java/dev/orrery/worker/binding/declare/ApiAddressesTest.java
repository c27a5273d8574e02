package dev.orrery.worker.binding.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiAddressesTest {
  @ParameterizedTest
  @CsvSource({
    "http://orrery:10010, http://orrery:7700",
    "https://orrery:10010/, https://orrery:7700",
    "http://[::1]:10010, http://[::1]:7700",
    "http://orrery:7700, http://orrery:7700",
    "https://orrery.example.com, https://orrery.example.com",
    "https://proxy:8443/orrery, https://proxy:8443/orrery",
  })
  void derivesApiAddressFromWorkerServer(URI server, URI api) {
    assertThat(ApiAddresses.at(List.of(server))).containsExactly(api);
  }

  @Test
  void omitsDuplicateAddresses() {
    assertThat(ApiAddresses.at(List.of(URI.create("http://a:10010"), URI.create("http://a:7700"))))
        .containsExactly(URI.create("http://a:7700"));
  }
}
