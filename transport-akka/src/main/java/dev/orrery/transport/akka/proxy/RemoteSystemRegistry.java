package dev.orrery.transport.akka.proxy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The actor systems that have named themselves lately. Each costs Artery the streams and queues of
 * a peer, long after its connection has ended, so there is a limit to their number.
 */
final class RemoteSystemRegistry {
  /** Artery has forgotten a peer by then; see orrery-akka.conf. */
  static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final int limit;
  private final Map<Long, Known> known = new HashMap<>();

  private static final class Known {
    private final String address;
    private final InetAddress from;
    private int connections;
    private long leftAtNanos;

    private Known(String address, InetAddress from) {
      this.address = address;
      this.from = from;
    }
  }

  /**
   * @param limit how many there may be; one machine may bring half of them
   */
  RemoteSystemRegistry(int limit) {
    this.limit = limit;
  }

  /**
   * A connection is one of this origin's.
   *
   * @throws FrameRejectedException if there are too many, or its number is that of another: Artery
   *     ends its streams of all peers when two addresses have one number
   */
  void enter(RemoteSystem origin, InetAddress from, long now) throws FrameRejectedException {
    Known there = known.get(origin.uid());
    if (there == null) {
      makeRoom(from, now);
      there = new Known(origin.address(), from);
      known.put(origin.uid(), there);
    } else if (!there.address.equals(origin.address())) {
      throw new FrameRejectedException("one actor system under two addresses");
    }
    there.connections++;
  }

  void leave(RemoteSystem origin, long now) {
    Known there = known.get(origin.uid());
    there.connections--;
    there.leftAtNanos = now;
  }

  private void makeRoom(InetAddress from, long now) throws FrameRejectedException {
    if (known.size() < limit / 2) {
      return;
    }
    known
        .values()
        .removeIf(each -> each.connections == 0 && now - each.leftAtNanos > FORGOTTEN.toNanos());
    long ofThisMachine = known.values().stream().filter(each -> each.from.equals(from)).count();
    if (known.size() >= limit || ofThisMachine >= limit / 2) {
      throw new FrameRejectedException(
          "too many actor systems: "
              + ofThisMachine
              + " of "
              + from.getHostAddress()
              + ", "
              + known.size()
              + " in all, within "
              + FORGOTTEN.toMinutes()
              + " minutes");
    }
  }

  int size() {
    return known.size();
  }
}
