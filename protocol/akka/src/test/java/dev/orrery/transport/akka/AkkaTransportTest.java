package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.transport.akka.artery.Quarantines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class AkkaTransportTest {

  @Test
  void findsTransportModuleByProtocol() {
    assertThat(TransportModule.find(Protocol.AKKA)).get().isInstanceOf(AkkaTransport.class);
    assertThat(TransportModule.find(Protocol.HTTP)).isEmpty();
  }

  @Test
  void answersRequestsIncludingLargeMessages() {
    try (Ends ends = new Ends(null, null)) {
      ends.awaitConnected();
      assertThat(ends.echo("hello")).isEqualTo("hello");

      byte[] large = ends.answer(TestHandler.LARGE, new byte[0]).body();
      assertThat(large).hasSize(TestHandler.LARGE_BYTES).endsWith((byte) 7);

      byte[] largest = new byte[Protocol.AKKA.maxMessageBytes()];
      OperationResponse answer = ends.answer(TestHandler.ECHO, largest);
      assertThat(answer.body()).hasSize(largest.length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "::"})
  void answersRequestsOverIpv6(String bound) {
    assumeTrue(hasIpv6(), "needs the address ::1");
    EndpointSettings settings =
        Ends.settings(bound, Optional.of("::1"), Optional.of(List.of("::1/128")), Optional.empty());
    try (Ends ends = new Ends(settings)) {
      assertThat(ends.address().getHost()).isEqualTo("[::1]");
      ends.awaitConnected();

      assertThat(ends.echo("hello")).isEqualTo("hello");
    }
  }

  private static boolean hasIpv6() {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void refusesOversizedRequest() {
    try (Ends ends = new Ends(null, null)) {
      byte[] tooLarge = new byte[Protocol.AKKA.maxMessageBytes() + 1];
      OperationResponse answer = ends.answer(TestHandler.ECHO, tooLarge);
      assertThat(answer.refused()).isTrue();
      assertThat(answer.body()).containsExactly(2);
    }
  }

  @Test
  void failsPendingRequestImmediatelyWhenSchedulerDisconnects() {
    try (Ends ends = new Ends(null, null)) {
      ends.awaitConnected();
      CompletableFuture<OperationResponse> parked = ends.ask(TestHandler.PARK, "");
      await(() -> !ends.handler.parked.isEmpty());
      ends.echo("it has said that it is parked");

      ends.scheduler.close();

      assertThatThrownBy(() -> parked.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TransportException.class);
    }
  }

  @Test
  void notifiesSchedulerImmediatelyOfWorkerDisconnect() throws InterruptedException {
    try (Ends ends = new Ends(null, null)) {
      ends.ask(TestHandler.PARK, "").completeOnTimeout(null, 60, TimeUnit.SECONDS);
      await(() -> !ends.handler.parked.isEmpty());

      ends.worker.close();

      assertThat(ends.handler.gone.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void failsImmediatelyOnPortWithoutListener() {
    try (Ends ends = new Ends(null, null)) {
      URI away = URI.create("akka://orrery@127.0.0.1:1");
      assertThatThrownBy(
              () ->
                  ends.worker
                      .ask(
                          away,
                          new OperationRequest(TestHandler.ECHO, "t", new byte[0]),
                          Ends.SECONDS)
                      .get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TransportException.class)
          .hasMessageContaining("Cannot connect to akka://orrery@127.0.0.1:1")
          .hasMessageContaining("the protocol akka is not active there");
    }
  }

  @Test
  void refusesSchedulerAddressOutsideAllowedNetworks() {
    try (Ends ends = new Ends(null, null)) {
      URI beyond = URI.create("akka://orrery@192.0.2.7:10086");
      assertThatThrownBy(
              () ->
                  ends.worker
                      .ask(
                          beyond,
                          new OperationRequest(TestHandler.ECHO, "t", new byte[0]),
                          Ends.SECONDS)
                      .get(20, TimeUnit.SECONDS))
          .hasMessageContaining("test.networks");
    }
  }

  @Test
  void recoversWorkerQuarantinedByScheduler() {
    try (Ends ends = new Ends(null, null)) {
      ends.awaitConnected();
      long begun = System.nanoTime();

      Quarantines.of(ends.scheduler.artery(), ends.worker.artery());

      ends.awaitConnected();
      System.out.printf(
          "akka: a worker in quarantine is heard again after %d ms%n",
          (System.nanoTime() - begun) / 1_000_000);
    }
  }

  @Test
  void recoversSchedulerQuarantinedByWorker() {
    try (Ends ends = new Ends(null, null)) {
      ends.awaitConnected();

      Quarantines.of(ends.worker.artery(), ends.scheduler.artery());

      ends.awaitConnected();
    }
  }

  @Test
  void replacesTerminatedActorSystemOfScheduler() {
    try (Ends ends = new Ends(null, null)) {
      ends.awaitConnected();

      ends.scheduler.artery().close();

      ends.awaitConnected();
    }
  }

  @Test
  void requiresNetworksOrTlsForNonLocalAddress() {
    assertThatThrownBy(
            () ->
                AkkaWorkerEnd.open(
                    Ends.settings(
                        "0.0.0.0", Optional.of("192.0.2.1"), Optional.empty(), Optional.empty())))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("test.advertised-host=192.0.2.1")
        .hasMessageContaining("test.networks")
        .hasMessageContaining("test.tls");
    try (AkkaWorkerEnd stated =
        AkkaWorkerEnd.open(
            Ends.settings(
                "0.0.0.0",
                Optional.of("192.0.2.1"),
                Optional.of(List.of("192.0.2.0/24")),
                Optional.empty()))) {
      assertThat(stated.artery().uid()).isNotZero();
    }
  }

  @Test
  void advertisesHostDifferentFromBoundAddress() {
    AkkaSchedulerEnd scheduler =
        AkkaSchedulerEnd.open(
            Ends.settings(
                "0.0.0.0",
                Optional.of("localhost"),
                Optional.of(List.of("127.0.0.1/32", "::1")),
                Optional.empty()),
            new TestHandler());
    try (AkkaWorkerEnd worker = AkkaWorkerEnd.open(Ends.settings(Optional.empty()))) {
      assertThat(scheduler.address()).isEqualTo("akka://orrery@localhost:" + scheduler.port());
      assertThat(
              Ends.answer(
                      worker,
                      URI.create(scheduler.address()),
                      new OperationRequest(TestHandler.ECHO, "t", new byte[5]))
                  .body())
          .hasSize(5);
    } finally {
      scheduler.close();
    }
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }
}
