package dev.orrery.scheduler.failover;

import dev.orrery.scheduler.database.DatabaseException;
import java.util.List;

/** A connection that proves by a write that the database works. Only one thread may write. */
public interface ProbeConnection extends AutoCloseable {

  /** Opens sessions; each leads to the database that new connections reach. */
  interface Source {
    /**
     * Opens a session; blocks, also for longer than a write may take.
     *
     * @param doubtful whether to check first that a pooler keeps sessions
     * @throws DatabaseException if the database refuses the session
     */
    ProbeConnection open(boolean doubtful);

    /**
     * Takes a connection from the engine pool, if the database has none left for a session; blocks.
     *
     * @throws DatabaseException if the pool has none either
     */
    ProbeConnection borrow();

    /**
     * Makes new connections of all pools try other hosts of the URL first, for hostRecheckSeconds.
     */
    default void avoid() {}

    /** Returns a source for each host of the URL. */
    default List<Source> hosts() {
      return List.of(this);
    }
  }

  /**
   * Writes one row and commits.
   *
   * @param grows whether the write must also grow files of the database, as other writes do
   * @return false if another write of the row has not been committed yet
   * @throws DatabaseException if nothing was written
   */
  boolean write(boolean grows);

  /** Switches to the database of this session, after a write, if another one was in use. */
  default void adopt() {}

  /** False for a borrowed connection, which must be closed after its write. */
  boolean isOwn();

  /** Ends a write that has got no answer; may be called by any thread. */
  void abort();

  @Override
  void close();
}
