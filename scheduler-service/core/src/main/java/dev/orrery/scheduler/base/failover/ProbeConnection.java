package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseException;
import java.util.List;

/** A connection that writes to prove that the database works. Only one thread may write. */
public interface ProbeConnection extends AutoCloseable {

  /** Opens probe connections to the database that new connections currently reach. */
  interface Source {
    /**
     * Opens a connection; blocks, possibly for longer than a write may take.
     *
     * @param doubtful whether to check first that a pooler keeps sessions
     * @throws DatabaseException if the database refuses the connection
     */
    ProbeConnection open(boolean doubtful);

    /**
     * Borrows a connection of the engine pool, for a database without free connections; blocks.
     *
     * @throws DatabaseException if the pool has none either
     */
    ProbeConnection borrow();

    /**
     * Makes new connections of all pools try other hosts of the URL first, for hostRecheckSeconds.
     */
    default void avoid() {}

    default List<Source> hosts() {
      return List.of(this);
    }
  }

  /**
   * Writes one row and commits.
   *
   * @param grows whether the write must also extend files of the database, as other writes do
   * @return false if another write of the row has not been committed yet
   * @throws DatabaseException if nothing was written
   */
  boolean write(boolean grows);

  /** Switches to the database of this connection after a write, if it is another one. */
  default void adopt() {}

  /** Returns false for a borrowed connection, which must be closed after its write. */
  boolean isOwn();

  /** Aborts a write without a response. Thread-safe. */
  void abort();

  @Override
  void close();
}
