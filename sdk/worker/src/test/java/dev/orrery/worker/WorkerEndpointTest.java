package dev.orrery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerEndpointTest {
  private static EndpointSettings settings(WorkerEndpoint endpoint) {
    return endpoint.settings(UnaryOperator.identity(), "scheduler.example");
  }

  @Test
  void leavesUnsetSettingsToTransport() {
    EndpointSettings settings = settings(WorkerEndpoint.at("0.0.0.0", 0));

    assertThat(settings.host()).isEqualTo("0.0.0.0");
    assertThat(settings.port()).isZero();
    assertThat(settings.advertisedHost()).isEmpty();
    assertThat(settings.networks()).isEmpty();
    assertThat(settings.tls()).isEmpty();
    assertThat(settings.towards()).contains("scheduler.example");
  }

  @Test
  void passesHostPeersAndKeysToTransport() throws NoSuchAlgorithmException, UnknownHostException {
    SSLContext context = SSLContext.getDefault();

    EndpointSettings settings =
        settings(
            WorkerEndpoint.at("0.0.0.0", 7701)
                .advertisedHost("worker.example")
                .allowedNetworks(List.of("10.0.0.0/8"))
                .tls(() -> context));

    assertThat(settings.port()).isEqualTo(7701);
    assertThat(settings.advertisedHost()).contains("worker.example");
    assertThat(settings.networks().orElseThrow().allows(InetAddress.getByName("10.1.2.3")))
        .isTrue();
    assertThat(settings.tls().orElseThrow().get()).isSameAs(context);
  }

  @Test
  void translatesSettingNamesInRefusal() {
    WorkerEndpoint endpoint = WorkerEndpoint.at("0.0.0.0", 0).allowedNetworks(List.of("10/8x"));

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> endpoint.settings(key -> "the " + key, "localhost"))
        .withMessageContaining("the orrery.worker.akka.allowed-networks names '10/8x'");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void refusesPortOutOfRange(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerEndpoint.at("localhost", port))
        .withMessage("The port must be between 0 and 65535; got " + port);
  }
}
