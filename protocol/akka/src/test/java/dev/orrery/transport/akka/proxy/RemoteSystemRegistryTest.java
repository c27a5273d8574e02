package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class RemoteSystemRegistryTest {
  private static final int LIMIT = 32;
  private static final int SHARE = LIMIT / 16;
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

  /** Each proves itself before the next one comes. */
  private void enterProven(int from, int to, int machine) throws FrameRejectedException {
    for (int i = from; i <= to; i++) {
      enter(i, i, machine);
      remoteSystems.onProven(i);
    }
  }

  private void refuses(int number, int machine, long now, String says) {
    assertThatThrownBy(() -> remoteSystems.enter(remote(number), machine(machine), now))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining(says);
  }

  @Test
  void limitsMachineToHalfOfRemoteSystems() throws FrameRejectedException {
    enterProven(1, LIMIT / 2, 1);

    refuses(17, 1, NOW, "16 of 10.0.0.1, 16 in all");
    enter(17, 17, 2);
    assertThat(remoteSystems.size()).isEqualTo(17);
  }

  @Test
  void limitsProvenRemoteSystemsAcrossMachines() throws FrameRejectedException {
    for (int i = 1; i <= LIMIT; i++) {
      enterProven(i, i, i);
    }
    refuses(LIMIT + 1, LIMIT + 1, NOW, "32 in all");
  }

  @Test
  void limitsUnprovenSystemsOfMachineToSixteenth() throws FrameRejectedException {
    enter(1, SHARE, 1);

    refuses(3, 1, NOW, "2 of 10.0.0.1 have proven nothing");
    remoteSystems.onProven(1);
    enter(3, 3, 1);
    remoteSystems.onProven("akka://x@10.0.0.1:2");
    enter(4, 4, 1);
    refuses(5, 1, NOW, "2 of 10.0.0.1");
    enter(5, 5, 2);
  }

  /** Eight machines of an attacker, and then a worker of a ninth. */
  @Test
  void displacesOldestUnprovenSystems() throws FrameRejectedException {
    enterProven(1, 3, 1);
    for (int machine = 1; machine <= 8; machine++) {
      enter(10 * machine, 10 * machine + SHARE - 1, machine);
    }
    assertThat(remoteSystems.size()).isEqualTo(3 + LIMIT / 2);

    enterProven(200, 209, 9);

    assertThat(remoteSystems.size()).isEqualTo(3 + LIMIT / 2 - 1 + 10);
    remoteSystems.leave(remote(10), NOW);
    remoteSystems.leave(remote(20), NOW);
    for (int proven : new int[] {1, 2, 3, 205}) {
      remoteSystems.onHandshake(proven);
      assertThat(remoteSystems.find(proven)).as("system " + proven).isPresent();
    }
  }

  /** Artery has not released what it keeps for them. */
  @Test
  void limitsDisplacedSystems() throws FrameRejectedException {
    for (int i = 0; i < LIMIT / 2 + LIMIT / 4; i++) {
      enter(i, i, i);
    }
    refuses(100, 100, NOW, "16 have proven nothing");
    remoteSystems.enter(remote(100), machine(100), LATER);
  }

  @Test
  void admitsFurtherConnectionsOfKnownSystem() throws FrameRejectedException {
    enter(1, SHARE, 1);
    enter(1, SHARE, 1);

    assertThat(remoteSystems.size()).isEqualTo(SHARE);
  }

  @Test
  void forgetsDisconnectedSystemOnlyAfterForgetPeriod() throws FrameRejectedException {
    enterProven(1, LIMIT / 2, 1);
    for (int i = 1; i <= 3; i++) {
      remoteSystems.leave(remote(i), NOW);
    }

    refuses(17, 1, LATER - 1, "16 in all");
    remoteSystems.enter(remote(17), machine(1), LATER);
    assertThat(remoteSystems.size()).isEqualTo(LIMIT / 2 - 2);
  }

  @Test
  void remembersConnectedSystem() throws FrameRejectedException {
    enterProven(1, LIMIT / 2, 1);
    enterProven(1, LIMIT / 2, 1);
    for (int i = 1; i <= LIMIT / 2; i++) {
      remoteSystems.leave(remote(i), NOW);
    }

    refuses(17, 1, LATER, "16 in all");
  }

  @Test
  void findsSystemsWithHandshakeOnly() throws FrameRejectedException {
    enter(1, 2, 1);
    remoteSystems.onHandshake(1);

    assertThat(remoteSystems.find(1)).contains(remote(1));
    assertThat(remoteSystems.find(2)).isEmpty();
    assertThat(remoteSystems.isFrom(1, machine(1))).isTrue();
    assertThat(remoteSystems.isFrom(1, machine(2))).isFalse();
    remoteSystems.forgetHandshakes();
    assertThat(remoteSystems.find(1)).isEmpty();
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
