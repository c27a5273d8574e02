package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.startup.StartupException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerNetworkRuleTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.7", "::", "scheduler.example.org"})
  void refusesNonLoopbackPortWithoutAllowedNetworks(String host) {
    assertThatThrownBy(() -> WorkerNetworkRule.requireNetworks(Optional.empty(), "http", host))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("Set orrery.powerjob.allowed-networks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
  void acceptsLoopbackPortWithoutAllowedNetworks(String host) {
    assertThatCode(() -> WorkerNetworkRule.requireNetworks(Optional.empty(), "http", host))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "192.0.2.7",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "10.0.0.07",
        "10.7",
        "localhost",
        "worker.example.org"
      })
  void allowsForeignAddressOnlyBehindRelay(String host) {
    WorkerNetworkRule behindRelay = rule(false);

    assertThat(behindRelay.allow(new WorkerAddress(host, 80), "10.0.0.1")).isFalse();
    assertThat(behindRelay.allow(new WorkerAddress("10.0.0.7", 80), "10.0.0.1")).isTrue();
    assertThat(rule(true).allow(new WorkerAddress("10.0.0.7", 80), "10.0.0.1")).isFalse();
    assertThat(rule(true).allow(new WorkerAddress("10.0.0.7", 80), "10.0.0.7")).isTrue();
  }

  @Test
  void refusesInvalidNetwork() {
    assertThatThrownBy(() -> WorkerNetworkRule.networks(config(true, "10.0.0.0/33")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.powerjob.allowed-networks names '10.0.0.0/33'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void refusesNewWorkerLimitOutOfRange(int workers) {
    assertThatThrownBy(() -> WorkerNetworkRule.requirePlaces(workers))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "orrery.powerjob.max-new-workers-per-address is "
                + workers
                + "; set it to a number from 1 to 1000.");
  }

  private static WorkerNetworkRule rule(boolean requireOwnAddress) {
    return new WorkerNetworkRule(config(requireOwnAddress, "10.0.0.0/8"));
  }

  private static PowerJobConfig config(boolean requireOwnAddress, String network) {
    return new GivenConfig("http", requireOwnAddress, network);
  }

  @Test
  void acceptsPortOnAnyHostWithAllowedNetworks() {
    assertThatCode(
            () ->
                WorkerNetworkRule.requireNetworks(
                    Optional.of(List.of("10.0.0.0/8")), "http", "0.0.0.0"))
        .doesNotThrowAnyException();
  }
}
