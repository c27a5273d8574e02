package dev.orrery.transport.akka.proxy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The remote actor systems that Artery knows. Artery keeps streams and queues for each of them, up
 * to ten minutes after its connection has ended, so their number is limited. Anyone can send a
 * handshake for any number of systems, so those that have proven nothing have few places, and go
 * first. Thread-safe.
 */
final class RemoteSystemRegistry {
  /** The time after which Artery has released a peer; see orrery-akka.conf. */
  static final Duration FORGOTTEN = Duration.ofMinutes(10);

  /** A worker proves itself within moments, so few are new at once. Artery dials each of them. */
  private static final int MAX_UNPROVEN_OF_MACHINE = 64;

  private final int limit;
  private final Map<Long, Known> known = new HashMap<>();
  private int displaced;
  private long displacedSinceNanos;

  private static final class Known {
    private final String address;
    private final InetAddress from;
    private final long enteredNanos;
    private int connections;
    private long leftAtNanos;
    private boolean isShaken;
    private boolean isProven;

    private Known(String address, InetAddress from, long now) {
      this.address = address;
      this.from = from;
      this.enteredNanos = now;
    }
  }

  /**
   * @param limit the maximum number of proven systems; one machine may have half of them, proven or
   *     not. Others may be half of it, and of one machine a sixteenth, at most 64.
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
  synchronized void enter(RemoteSystem remote, InetAddress from, long now)
      throws FrameRejectedException {
    Known there = known.get(remote.uid());
    if (there == null) {
      makeRoom(from, now);
      there = new Known(remote.address(), from, now);
      known.put(remote.uid(), there);
    } else if (!there.address.equals(remote.address())) {
      throw new FrameRejectedException("uid already in use by another address");
    }
    there.connections++;
  }

  /** Records a handshake, after which Artery hears the messages of the system. */
  synchronized void onHandshake(long uid) {
    Known there = known.get(uid);
    if (there != null) {
      there.isShaken = true;
    }
  }

  /** Forgets all handshakes, because another actor system serves from now on. */
  synchronized void forgetHandshakes() {
    known.values().forEach(each -> each.isShaken = false);
  }

  /** Records that a system has sent what only a system can send that has heard or knows us. */
  synchronized void onProven(long uid) {
    Known there = known.get(uid);
    if (there != null) {
      there.isProven = true;
    }
  }

  /** As {@link #onProven(long)}, for all systems of this address. */
  synchronized void onProven(String address) {
    known.values().stream()
        .filter(each -> each.address.equals(address))
        .forEach(each -> each.isProven = true);
  }

  /** Returns the system with this uid if its handshake has come. */
  synchronized Optional<RemoteSystem> find(long uid) throws FrameRejectedException {
    Known there = known.get(uid);
    return there == null || !there.isShaken
        ? Optional.empty()
        : Optional.of(RemoteSystem.of(there.address, uid));
  }

  /** Returns true if the system was last heard from this machine. */
  synchronized boolean isFrom(long uid, InetAddress machine) {
    Known there = known.get(uid);
    return there != null && there.from.equals(machine);
  }

  synchronized void leave(RemoteSystem remote, long now) {
    Known there = known.get(remote.uid());
    if (there != null) {
      there.connections--;
      there.leftAtNanos = now;
    }
  }

  private void makeRoom(InetAddress from, long now) throws FrameRejectedException {
    known
        .values()
        .removeIf(each -> each.connections == 0 && now - each.leftAtNanos > FORGOTTEN.toNanos());
    Predicate<Known> ofMachine = each -> each.from.equals(from);
    Predicate<Known> isProven = each -> each.isProven;
    long unprovenOfMachine = count(ofMachine.and(isProven.negate()));
    if (unprovenOfMachine >= Math.max(1, Math.min(MAX_UNPROVEN_OF_MACHINE, limit / 16))) {
      throw tooMany(unprovenOfMachine + " of " + from.getHostAddress() + " have proven nothing");
    }
    if (count(ofMachine) >= limit / 2 || count(isProven) >= limit) {
      throw tooMany(
          count(ofMachine) + " of " + from.getHostAddress() + ", " + known.size() + " in all");
    }
    if (count(isProven.negate()) >= limit / 2) {
      displace(now);
    }
  }

  /** Artery keeps what it has for a displaced system, so their number is limited, too. */
  private void displace(long now) throws FrameRejectedException {
    if (displaced == 0 || now - displacedSinceNanos > FORGOTTEN.toNanos()) {
      displacedSinceNanos = now;
      displaced = 0;
    }
    if (++displaced > limit / 4) {
      throw tooMany(count(each -> !each.isProven) + " have proven nothing");
    }
    Known oldest =
        known.values().stream()
            .filter(each -> !each.isProven)
            .min(Comparator.comparingLong(each -> each.enteredNanos - now))
            .orElseThrow();
    known.values().remove(oldest);
  }

  private long count(Predicate<Known> which) {
    return known.values().stream().filter(which).count();
  }

  private static FrameRejectedException tooMany(String which) {
    return new FrameRejectedException(
        "too many actor systems: " + which + ", within " + FORGOTTEN.toMinutes() + " minutes");
  }

  synchronized int size() {
    return known.size();
  }
}
