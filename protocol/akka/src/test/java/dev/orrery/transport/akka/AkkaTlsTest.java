package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.transport.MutualTls;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.testing.artery.Frames;
import dev.orrery.testing.artery.RawPeer;
import dev.orrery.transport.akka.artery.Associations;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks mutual TLS, which ends at the proxy: its checks also apply to peers with a certificate.
 */
@Tag("slow")
class AkkaTlsTest {
  @TempDir private Path directory;

  @Test
  void answersOverMutualTls() throws IOException, GeneralSecurityException {
    SSLContext known = TestTls.of(directory, "known");
    try (Ends ends = new Ends(known, known)) {
      ends.awaitConnected();
      assertThat(ends.echo("hello")).isEqualTo("hello");
      assertThat(ends.answer(TestHandler.LARGE, new byte[0]).body())
          .hasSize(TestHandler.LARGE_BYTES);
    }
  }

  @Test
  void refusesConnectionBypassingTlsProxy() throws IOException, GeneralSecurityException {
    SSLContext known = TestTls.of(directory, "known");
    try (Ends ends = new Ends(known, known);
        RawPeer local =
            new RawPeer(ends.scheduler.artery().inner().address().getPort(), Frames.CONTROL)) {
      ends.awaitConnected();

      local.send(Frames.handshake(7, "akka://x@127.0.0.1:2", ends.scheduler.address()));

      assertThat(local.isClosed()).isTrue();
      assertThat(Associations.of(ends.scheduler.artery())).isEqualTo(1);
      assertThat(ends.echo("after")).isEqualTo("after");
    }
  }

  @Test
  void refusesUnknownWorkerCertificate() throws IOException, GeneralSecurityException {
    SSLContext known = TestTls.of(directory, "known");
    SSLContext stranger = TestTls.of(directory, "stranger");
    try (Ends ends = new Ends(known, stranger)) {
      assertThatThrownBy(() -> ends.ask(TestHandler.ECHO, "x").get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TransportException.class)
          .hasMessageContaining("rejects ours, with TLS")
          .satisfies(AkkaTlsTest::namesTheSettings);
    }
  }

  @Test
  void refusesUnknownWorkerThatTrustsScheduler() throws IOException, GeneralSecurityException {
    SSLContext known = TestTls.of(directory, "known");
    SSLContext stranger = TestTls.of(directory, "stranger", "known");
    try (Ends ends = new Ends(known, stranger)) {
      assertThatThrownBy(() -> ends.ask(TestHandler.ECHO, "x").get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TransportException.class)
          .hasMessageContaining("rejects ours, with TLS")
          .hasMessageContaining("certificate")
          .satisfies(AkkaTlsTest::namesTheSettings);
    }
  }

  @Test
  void refusesSchedulerCertificateIssuedForDifferentHost()
      throws IOException, GeneralSecurityException {
    SSLContext elsewhere = TestTls.forHost(directory, "elsewhere", "192.0.2.7");
    try (Ends ends = new Ends(elsewhere, elsewhere)) {
      assertThatThrownBy(() -> ends.ask(TestHandler.ECHO, "x").get(20, TimeUnit.SECONDS))
          .hasMessageContaining("rejects ours, with TLS")
          .hasMessageContaining("127.0.0.1");
    }
  }

  @Test
  void refusesSchedulerWithoutTlsWhenWorkerUsesTls() throws IOException, GeneralSecurityException {
    try (Ends ends = new Ends(null, TestTls.of(directory, "known"))) {
      assertThatThrownBy(() -> ends.ask(TestHandler.ECHO, "x").get(20, TimeUnit.SECONDS))
          .hasMessageContaining("rejects ours, with TLS")
          .satisfies(AkkaTlsTest::namesTheSettings);
    }
  }

  @Test
  void usesRenewedKeysForNewConnections() throws IOException, GeneralSecurityException {
    SSLContext before = TestTls.of(directory, "before", "after");
    SSLContext after = TestTls.of(directory, "after", "before");
    AtomicReference<SSLContext> schedulers = new AtomicReference<>(before);
    MutualTls tls = Ends.mutual(schedulers::get);
    AkkaSchedulerEnd scheduler =
        AkkaSchedulerEnd.open(Ends.settings(Optional.of(tls)), new TestHandler());
    try {
      assertThat(certificateAt(scheduler.port(), before)).isEqualTo("CN=before");

      schedulers.set(after);
      tls.renew();

      assertThat(certificateAt(scheduler.port(), before)).isEqualTo("CN=after");
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      scheduler.close();
    }
  }

  private static String certificateAt(int port, SSLContext client) throws IOException {
    try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      return socket.getSession().getPeerPrincipal().getName();
    }
  }

  private static void namesTheSettings(Throwable failure) {
    assertThat(((TransportException) failure.getCause()).settingToChange())
        .hasValueSatisfying(
            setting -> assertThat(setting).contains("test.tls", "orrery.protocols.akka.tls"));
  }

  @Test
  void refusesWorkerWithoutTls() throws IOException, GeneralSecurityException {
    try (Ends ends = new Ends(TestTls.of(directory, "known"), null)) {
      assertThatThrownBy(() -> ends.ask(TestHandler.ECHO, "x").get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TransportException.class)
          .hasMessageContaining("rejects ours, without TLS")
          .satisfies(AkkaTlsTest::namesTheSettings);
    }
  }

  @Test
  void closesConnectionOnOversizedFrameDespiteValidCertificate()
      throws IOException, GeneralSecurityException {
    SSLContext known = TestTls.of(directory, "known");
    try (Ends ends = new Ends(known, known)) {
      ends.awaitConnected();
      try (SSLSocket socket =
          (SSLSocket) known.getSocketFactory().createSocket("127.0.0.1", ends.scheduler.port())) {
        socket.setSoTimeout(10_000);
        OutputStream out = socket.getOutputStream();
        out.write(new byte[] {'A', 'K', 'K', 'A', 2, 0, 0, 0, (byte) 0x80});
        out.flush();
        assertThatThrownBy(
                () -> {
                  if (socket.getInputStream().read() < 0) {
                    throw new IOException("closed");
                  }
                })
            .isInstanceOf(IOException.class)
            .isNotInstanceOf(java.net.SocketTimeoutException.class);
      }
      assertThat(ends.echo("after")).isEqualTo("after");
    }
  }
}
