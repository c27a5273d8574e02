package dev.orrery.scheduler.base.database;

/** A bean that caches data from the database and returns it without a query. */
public interface DatabaseCache {
  /**
   * Clears the cache, because the database may have gone back in time or been replaced. Never
   * blocks.
   */
  void forget();
}
