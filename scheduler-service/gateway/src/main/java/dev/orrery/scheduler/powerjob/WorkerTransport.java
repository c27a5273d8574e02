package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.RunRequest;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;
import java.util.List;

/**
 * Sends messages to PowerJob workers of one protocol, which {@link WorkerSource} has allowed. Any
 * thread may call it; nothing blocks.
 */
interface WorkerTransport {
  Protocol protocol();

  /** Returns whether this replica can call workers; a port that is closed by settings cannot. */
  boolean isOpen();

  /** Returns false if workers dial this replica, so that no other one can call them meanwhile. */
  default boolean dials() {
    return true;
  }

  /** Returns the workers that have dialled this replica, by {@link WorkerChannel#identity}. */
  default List<String> connected() {
    return List.of();
  }

  /** The delivery guarantee of a transport. */
  enum Delivery {
    /** The worker has read a run that was sent, so it reads whatever is sent later after it. */
    READ,

    /** A message may be lost in silence, and a question may overtake a run and be denied. */
    UNCERTAIN
  }

  Delivery delivery();

  /**
   * Completes when the message has left for the worker; what it does with the run is in its
   * reports. Fails with {@link UnsentException} only if the worker cannot have received it, and
   * with {@link UnfitException} if none can.
   */
  Future<Void> run(WorkerChannel worker, RunRequest request);

  Future<Void> stop(WorkerChannel worker, long wireId);

  /** Returns whether the worker knows the run; fails if it cannot be reached. */
  Future<Boolean> knows(WorkerChannel worker, long wireId);

  /** No worker can ever get the run; the message says why, for users. */
  final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitException(String message) {
      super(message, null, false, false);
    }
  }

  /** No byte of the message was sent, because there was no connection for it. */
  final class UnsentException extends Exception {
    private static final long serialVersionUID = 1L;

    UnsentException(Throwable cause) {
      super(cause.getMessage(), cause, false, false);
    }
  }
}
