package dev.orrery.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.MutualTls.Stores;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class MutualTlsTest {
  private static final String SETTING = "orrery.worker.akka.tls";

  private static SSLContext context() throws NoSuchAlgorithmException {
    return SSLContext.getInstance("TLS");
  }

  private static MutualTls of(Stores stores) {
    return MutualTls.of(SETTING, "t", Optional.of(stores));
  }

  @Test
  void refusesUnknownTlsConfigurationName() {
    assertThatThrownBy(() -> MutualTls.of(SETTING, "nowhere", Optional.empty()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(SETTING + " names 'nowhere'")
        .hasMessageContaining("quarkus.tls.nowhere.key-store");
  }

  @Test
  void refusesOneSidedTls() {
    assertThatThrownBy(() -> of(new Stores(true, false, MutualTlsTest::context)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(SETTING)
        .hasMessageContaining("quarkus.tls.t")
        .hasMessageContaining("has no trust-store");
    assertThatThrownBy(() -> of(new Stores(false, true, MutualTlsTest::context)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("has no key-store");
  }

  @Test
  void refusesUnusableStores() {
    Stores broken =
        new Stores(
            true,
            true,
            () -> {
              throw new IOException("no such file");
            });

    assertThatThrownBy(() -> of(broken))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(SETTING)
        .hasMessageContaining("no such file");
  }

  @Test
  void usesRenewedCertificateAndKeepsPreviousWhenRenewalFails() throws Exception {
    SSLContext first = context();
    SSLContext second = context();
    Deque<SSLContext> contexts = new ArrayDeque<>(List.of(first, second));
    MutualTls tls = of(new Stores(true, true, contexts::removeFirst));
    assertThat(tls.get()).isSameAs(first);
    assertThat(tls.name()).isEqualTo("t");

    tls.renew();
    assertThat(tls.get()).isSameAs(second);

    assertThatThrownBy(tls::renew).isInstanceOf(NoSuchElementException.class);
    assertThat(tls.get()).isSameAs(second);
  }
}
