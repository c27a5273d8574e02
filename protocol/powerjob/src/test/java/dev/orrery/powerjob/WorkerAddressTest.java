package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerAddressTest {
  @Test
  void readsHostAndPort() {
    assertThat(WorkerAddress.parse("10.0.0.7:27777"))
        .contains(new WorkerAddress("10.0.0.7", 27_777));
    assertThat(WorkerAddress.parse("worker-1.example.org:1"))
        .hasValueSatisfying(
            address -> {
              assertThat(address).hasToString("worker-1.example.org:1");
              assertThat(address.workerName()).isEqualTo("worker-1.example.org-1");
            });
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "10.0.0.7",
        "10.0.0.7:",
        ":27777",
        "10.0.0.7:0",
        "10.0.0.7:65536",
        "10.0.0.7:+80",
        "10.0.0.7: 80",
        "10.0.0.7:٣٣",
        "user@10.0.0.7:80",
        "10.0.0.7/path:80",
        "[::1]:80",
        "10.0.0.7\n:80",
        "h\u0000:80",
      })
  void refusesMalformedAddress(String text) {
    assertThat(WorkerAddress.parse(text)).isEmpty();
  }

  @Test
  void refusesOverlongAddress() {
    assertThat(WorkerAddress.parse("a".repeat(100) + ":80")).isEmpty();
  }
}
