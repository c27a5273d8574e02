package dev.orrery.scheduler.database;

/** What a bean keeps of the database in memory, without reading it again before an answer. */
public interface DatabaseCache {
  /**
   * Forgets all of it, because the database may have gone back in time or may be another one. Never
   * blocks.
   */
  void forget();
}
