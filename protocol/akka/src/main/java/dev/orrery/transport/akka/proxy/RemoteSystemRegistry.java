package dev.orrery.transport.akka.proxy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The remote actor systems of the last ten minutes. Artery keeps streams and queues for each of
 * them, up to ten minutes after its connection has ended, so their number is limited.
 */
final class RemoteSystemRegistry {
  /** The time after which Artery has released a peer; see orrery-akka.conf. */
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
   * @param limit the maximum number of remote systems; one machine may have half of them
   */
  RemoteSystemRegistry(int limit) {
    this.limit = limit;
  }

  /**
   * Adds a connection of this remote system.
   *
   * @throws FrameRejectedException if the limit is reached, or another system has its uid: Artery
   *     ends the streams of all peers if two addresses share a uid
   */
  void enter(RemoteSystem remote, InetAddress from, long now) throws FrameRejectedException {
    Known there = known.get(remote.uid());
    if (there == null) {
      makeRoom(from, now);
      there = new Known(remote.address(), from);
      known.put(remote.uid(), there);
    } else if (!there.address.equals(remote.address())) {
      throw new FrameRejectedException("uid already in use by another address");
    }
    there.connections++;
  }

  /** Returns the system with this uid if it was last heard from this machine. */
  Optional<RemoteSystem> find(long uid, InetAddress from) throws FrameRejectedException {
    Known there = known.get(uid);
    return there == null || !there.from.equals(from)
        ? Optional.empty()
        : Optional.of(RemoteSystem.of(there.address, uid));
  }

  void leave(RemoteSystem remote, long now) {
    Known there = known.get(remote.uid());
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
