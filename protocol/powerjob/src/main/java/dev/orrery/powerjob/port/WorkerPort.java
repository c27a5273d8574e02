package dev.orrery.powerjob.port;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A port that receives the messages of PowerJob workers, and sends them runs, stops and queries.
 */
public interface WorkerPort extends AutoCloseable {
  int port();

  /** Returns the {@code host:port} that workers must dial, character for character. */
  String address();

  /** Returns true if the port has answered a message of its own lately. */
  boolean isResponding();

  /** The number of times that the part behind the port was replaced, because it did not serve. */
  long replacements();

  /**
   * Sends a run, which may be lost in silence.
   *
   * @throws IllegalArgumentException if it is too large for a message
   */
  void run(WorkerAddress worker, RunRequest request);

  /** Sends a stop, which may be lost in silence. */
  void stop(WorkerAddress worker, long wireId);

  /** Asks for the state of a run; fails if no answer comes in time. */
  CompletableFuture<AskAnswer> ask(WorkerAddress worker, long wireId, Duration timeout);

  @Override
  void close();
}
