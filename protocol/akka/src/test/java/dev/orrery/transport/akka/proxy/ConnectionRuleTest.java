package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.transport.akka.proxy.ConnectionRule.Excess;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionRuleTest {
  /** The clock overflows ten seconds after this time. */
  private static final long EPOCH = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();

  private static final long NOW = at(100);

  private final ConnectionRule limits =
      new ConnectionRule(
          new ProxyLimits(1000, 6, 3, 500, 100, Duration.ofSeconds(5), Duration.ofSeconds(15)));

  @Test
  void selectsNoConnectionWithinLimits() {
    assertThat(
            limits.beforeAccept(
                List.of(peer("a", 1), peer("b", 1), peer("c", 2).handshaking()), machine(1), NOW))
        .isEmpty();
  }

  @Test
  void selectsOldestHandshakingConnection() {
    List<Peer> open =
        List.of(
            peer("young", 2).handshaking().opened(9),
            peer("oldest", 2).handshaking().opened(2),
            peer("middle", 3).handshaking().opened(5),
            peer("established", 4).opened(1));

    assertThat(limits.beforeAccept(open, machine(1), NOW))
        .contains(excess(open.get(1), "too many connections without a complete frame"));
  }

  @Test
  void selectsLongestIdleConnectionOfMachineHoldingHalfOfLimit() {
    List<Peer> open =
        List.of(
            peer("silent", 1).read(3),
            peer("most silent", 1).read(2),
            peer("talking", 1).read(30),
            peer("of another machine", 2).read(1));

    assertThat(limits.beforeAccept(open, machine(1), NOW))
        .contains(excess(open.get(1), "too many connections of one machine"));
    assertThat(limits.beforeAccept(open, machine(2), NOW)).isEmpty();
  }

  @Test
  void selectsLongestIdleConnectionAtMaximum() {
    List<Peer> open =
        List.of(
            peer("a", 1).read(5),
            peer("b", 2).read(4),
            peer("c", 3).read(20),
            peer("d", 4).read(6),
            peer("e", 5).read(7),
            peer("f", 6).read(8));

    assertThat(limits.beforeAccept(open, machine(7), NOW))
        .contains(excess(open.get(1), "too many connections"));
    assertThat(limits.beforeAccept(open.subList(0, 5), machine(7), NOW)).isEmpty();
  }

  @Test
  void selectsConnectionsUntilEveryLimitHasRoom() {
    List<Peer> open =
        new ArrayList<>(
            List.of(
                peer("a", 1).read(4).handshaking().opened(4),
                peer("b", 1).read(3).handshaking().opened(3),
                peer("c", 2).read(5).handshaking().opened(5),
                peer("d", 1).read(2),
                peer("e", 1).read(1),
                peer("f", 3).read(6),
                peer("g", 4).read(7)));

    List<String> closed = new ArrayList<>();
    Optional<Excess<Peer>> excess = limits.beforeAccept(open, machine(1), NOW);
    while (excess.isPresent()) {
      closed.add(excess.get().connection().name);
      open.remove(excess.get().connection());
      excess = limits.beforeAccept(open, machine(1), NOW);
    }

    assertThat(closed).containsExactly("b", "e");
    assertThat(open).hasSize(5);
  }

  @Test
  void keepsPartialFramesUpToLimit() {
    assertThat(limits.afterRead(List.of(peer("a", 1).partial(500, 1)), 500, NOW)).isEmpty();
  }

  @Test
  void selectsOldestPartialFrameBeyondByteLimit() {
    List<Peer> open =
        List.of(
            peer("no frame, though silent", 1).frameSince(1),
            peer("begun later", 1).partial(400, 9),
            peer("begun first", 1).partial(101, 2));

    assertThat(limits.afterRead(open, 501, NOW))
        .contains(excess(open.get(2), "too many bytes of incomplete frames"));
  }

  @Test
  void reportsConnectionWithLateFirstFrame() {
    Peer late = peer("late", 1).handshaking().opened(94);
    Peer inTime = peer("in time", 1).handshaking().opened(95);
    Peer established = peer("established", 1).opened(1);

    assertThat(limits.late(List.of(late, inTime, established), NOW))
        .containsExactly(excess(late, "incomplete frame timed out"));
  }

  @Test
  void reportsConnectionWithUnfinishedLateFrame() {
    Peer late = peer("late", 1).midFrame(84);
    Peer inTime = peer("in time", 1).midFrame(85);
    Peer betweenFrames = peer("between frames", 1).frameSince(1);

    assertThat(limits.late(List.of(inTime, late, betweenFrames), NOW))
        .containsExactly(excess(late, "incomplete frame timed out"));
  }

  private static Excess<Peer> excess(Peer connection, String reason) {
    return new Excess<>(connection, reason);
  }

  private static long at(int seconds) {
    return EPOCH + Duration.ofSeconds(seconds).toNanos();
  }

  private static InetAddress machine(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Peer peer(String name, int machine) {
    return new Peer(name, machine(machine));
  }

  /** A connection that has sent a frame and is idle. */
  private static final class Peer implements ConnectionRule.Limited {
    private final String name;
    private final InetAddress machine;
    private boolean handshaking;
    private boolean midFrame;
    private long partialBytes;
    private long openedAt = at(0);
    private long readAt = at(50);
    private long frameSince = at(0);

    private Peer(String name, InetAddress machine) {
      this.name = name;
      this.machine = machine;
    }

    Peer handshaking() {
      handshaking = true;
      return this;
    }

    Peer opened(int second) {
      openedAt = at(second);
      return this;
    }

    Peer read(int second) {
      readAt = at(second);
      return this;
    }

    Peer frameSince(int second) {
      frameSince = at(second);
      return this;
    }

    Peer midFrame(int since) {
      midFrame = true;
      return frameSince(since);
    }

    Peer partial(long bytes, int since) {
      partialBytes = bytes;
      return midFrame(since);
    }

    @Override
    public InetAddress machine() {
      return machine;
    }

    @Override
    public boolean isHandshaking() {
      return handshaking;
    }

    @Override
    public long partialBytes() {
      return partialBytes;
    }

    @Override
    public boolean isMidFrame() {
      return midFrame;
    }

    @Override
    public long openedAtNanos() {
      return openedAt;
    }

    @Override
    public long lastReadNanos() {
      return readAt;
    }

    @Override
    public long frameSinceNanos() {
      return frameSince;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
