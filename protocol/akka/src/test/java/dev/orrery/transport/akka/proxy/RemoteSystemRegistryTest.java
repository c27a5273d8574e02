package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class RemoteSystemRegistryTest {
  private static final int LIMIT = 10;
  private static final long NOW = -5_000_000_000L;
  private static final long LATER = NOW + RemoteSystemRegistry.FORGOTTEN.toNanos() + 1;

  private final RemoteSystemRegistry remoteSystems = new RemoteSystemRegistry(LIMIT);

  private static RemoteSystem remote(int number) {
    return new RemoteSystem("akka://x@10.0.0.1:" + number, "10.0.0.1", number);
  }

  private static InetAddress machine(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private void enter(int from, int to, int machine) throws FrameRejectedException {
    for (int i = from; i <= to; i++) {
      remoteSystems.enter(remote(i), machine(machine), NOW);
    }
  }

  @Test
  void limitsMachineToHalfOfRemoteSystems() throws FrameRejectedException {
    enter(1, LIMIT / 2, 1);

    assertThatThrownBy(() -> enter(6, 6, 1))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining("5 of 10.0.0.1, 5 in all");
    enter(6, 6, 2);
    assertThat(remoteSystems.size()).isEqualTo(6);
  }

  @Test
  void limitsRemoteSystemsAcrossMachines() throws FrameRejectedException {
    for (int i = 1; i <= LIMIT; i++) {
      enter(i, i, i);
    }
    assertThatThrownBy(() -> enter(11, 11, 11)).isInstanceOf(FrameRejectedException.class);
  }

  @Test
  void admitsFurtherConnectionsOfKnownSystem() throws FrameRejectedException {
    enter(1, LIMIT / 2, 1);
    enter(1, LIMIT / 2, 1);

    assertThat(remoteSystems.size()).isEqualTo(LIMIT / 2);
  }

  @Test
  void forgetsDisconnectedSystemOnlyAfterForgetPeriod() throws FrameRejectedException {
    enter(1, LIMIT / 2, 1);
    for (int i = 1; i <= 3; i++) {
      remoteSystems.leave(remote(i), NOW);
    }

    assertThatThrownBy(() -> remoteSystems.enter(remote(6), machine(1), LATER - 1))
        .isInstanceOf(FrameRejectedException.class);
    remoteSystems.enter(remote(6), machine(1), LATER);
    assertThat(remoteSystems.size()).isEqualTo(3);
  }

  @Test
  void remembersConnectedSystem() throws FrameRejectedException {
    enter(1, LIMIT / 2, 1);
    enter(1, LIMIT / 2, 1);
    for (int i = 1; i <= LIMIT / 2; i++) {
      remoteSystems.leave(remote(i), NOW);
    }

    assertThatThrownBy(() -> remoteSystems.enter(remote(6), machine(1), LATER))
        .isInstanceOf(FrameRejectedException.class);
  }

  @Test
  void refusesSecondAddressForSameUid() throws FrameRejectedException {
    remoteSystems.enter(remote(1), machine(1), NOW);

    assertThatThrownBy(
            () ->
                remoteSystems.enter(
                    new RemoteSystem("akka://x@10.0.0.1:9", "10.0.0.1", 1), machine(2), NOW))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining("already in use by another address");
  }
}
