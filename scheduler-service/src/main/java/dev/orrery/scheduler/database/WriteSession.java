package dev.orrery.scheduler.database;

import java.util.List;

/** A connection that proves by a write that the database works. One thread may write. */
interface WriteSession extends AutoCloseable {

  /** Opens sessions; each leads to the database that new connections reach. */
  interface Source {
    /**
     * Opens a session; blocks, also for longer than a write may take.
     *
     * @param doubtful whether to find out first if a pooler keeps sessions
     * @throws DatabaseException if the database does not let it in
     */
    WriteSession open(boolean doubtful);

    /**
     * Takes a connection of a pool, for a database that has none left for a session; blocks.
     *
     * @throws DatabaseException if the pool has none either
     */
    WriteSession borrow();

    /** Has new connections of all pools begin with another host of the URL, for a time. */
    default void avoid() {}

    /** A source for each host of the URL alone. */
    default List<Source> hosts() {
      return List.of(this);
    }
  }

  /**
   * Writes one row and commits.
   *
   * @param grows whether files of the database must grow for it, as those of other writes do
   * @return false if another write of the row has not been committed yet
   * @throws DatabaseException if nothing was written
   */
  boolean write(boolean grows);

  /** Makes its database the one in use, after a write, if it is another one. */
  default void adopt() {}

  /** False if it must be closed after its write, as it belongs to others. */
  boolean isOwn();

  /** Ends a write that has got no answer; may be called by any thread. */
  void abort();

  @Override
  void close();
}
